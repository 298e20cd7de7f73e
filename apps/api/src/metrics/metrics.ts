import type { RequestLine } from "@layers/http-edge";

/** What the service counts. No label is made of what somebody sent, or names anybody. */
export interface Metrics {
  /** A request that is over. */
  observeRequest(line: Pick<RequestLine, "route" | "transport" | "status" | "durationMs">): void;
}
