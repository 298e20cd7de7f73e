import { monotonicFactory } from "ulid";

/** Makes request ids: `req_` + ULID. */
export function createRequestIds(): () => string {
  // An id correlates answers and log lines; it is no secret. ulid's own random source is 30 times slower.
  const ulid = monotonicFactory(Math.random);
  return () => `req_${ulid()}`;
}
