/** Plain numbers that features add to, which costs nothing; only a scrape reads them. */
export interface Counts {
  /** Where the token for a wish came from; `joined` waited for a mint that was under way. */
  readonly tokens: Record<"memory" | "database" | "joined" | "minted", number>;
  /** Credentials that were wrong. */
  readonly credentials: Record<"failed", number>;
  /**
   * Calls that were refused to spare the rest: a budget was used up; a key had too much under way; the
   * process had; its event loop was late; credentials were guessed from the address.
   */
  readonly refusals: Record<
    "budget" | "concurrency" | "capacity" | "loop_delay" | "guessing",
    number
  >;
  /** How webhooks ended; `forged` ones were not signed with a secret of ours. */
  readonly webhooks: Record<
    "queued" | "unknown" | "repeated" | "conflicting" | "forged" | "misdirected",
    number
  >;
}

export const noCounts = (): Counts => ({
  tokens: { memory: 0, database: 0, joined: 0, minted: 0 },
  credentials: { failed: 0 },
  refusals: { budget: 0, concurrency: 0, capacity: 0, loop_delay: 0, guessing: 0 },
  webhooks: { queued: 0, unknown: 0, repeated: 0, conflicting: 0, forged: 0, misdirected: 0 },
});
