import type { ServerResponse } from "node:http";
import { monotonicFactory } from "ulid";

/** Makes request ids: `req_` + ULID. */
export function createRequestIds(): () => string {
  // An id correlates answers and log lines; it is no secret. ulid's own random source is 30 times slower.
  const ulid = monotonicFactory(Math.random);
  return () => `req_${ulid()}`;
}

/** The id of the request that `res` answers, as sent in `X-Request-Id`. */
export function requestIdOf(res: ServerResponse): string {
  return String(res.getHeader("X-Request-Id"));
}
