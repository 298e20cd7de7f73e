import { monotonicFactory } from "ulid";

type Prefix = "job" | "plan" | "org" | "key" | "att" | "bnd" | "grt" | "evt";

const ulid = monotonicFactory();

/** Makes an identifier of ours: a prefix and a ULID, greater than every one that this process made before. */
export const newId = (prefix: Prefix): string => `${prefix}_${ulid()}`;
