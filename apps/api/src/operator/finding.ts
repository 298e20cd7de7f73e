/** What one look at the installation found. `unknown` is no problem: it cannot be told from here. */
export interface Finding {
  readonly check: string;
  readonly status: "ok" | "problem" | "unknown";
  readonly detail: string;
  /** What to do about it. */
  readonly mend?: string;
}
