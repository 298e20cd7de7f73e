import { ulid } from "ulid";

type Prefix = "org" | "key" | "att" | "bnd" | "evt";

/** Makes an identifier of ours: a prefix and a ULID. */
export const newId = (prefix: Prefix): string => `${prefix}_${ulid()}`;
