import { createHash } from "node:crypto";
import type { Partner } from "../connector.ts";
import type { Proven } from "../journey.ts";

/** A request that was under way when the service died: it may have been done or not. */
export type Pending =
  | { readonly kind: "register"; readonly proven: Proven }
  | { readonly kind: "detach" }
  | { readonly kind: "revoke"; readonly token: string };

/** What the service acknowledged to one organization, and what it did not get to answer. */
export interface Ledger {
  readonly partner: Partner;
  readonly login: string;
  readonly account: string;
  /** Another organization wants the same account: either may have it. */
  readonly isRival: boolean;
  /** The body that answered the registration, while it is in force. */
  bound: string | undefined;
  pending: Pending | undefined;
  readonly tokens: Map<string, "live" | "revoked" | "unknown">;
  detaches: number;
  unknownDetaches: number;
}

export const openLedger = (
  partner: Partner,
  { login, account, isRival }: Pick<Ledger, "login" | "account" | "isRival">,
): Ledger => ({
  partner,
  login,
  account,
  isRival,
  bound: undefined,
  pending: undefined,
  tokens: new Map(),
  detaches: 0,
  unknownDetaches: 0,
});

export const fingerprint = (token: string): string =>
  createHash("sha256").update(token).digest("hex");
