import { acceptsIdempotencyKey, type Operation, routeOf } from "@layers/contracts";
import type { ReplayableCallOptions } from "./call-options.ts";
import { checkTimeout, type Policy } from "./policy.ts";
import type { RunPolicy } from "./retry.ts";

const repeatableMethods: readonly string[] = ["GET", "PUT", "DELETE"];

/**
 * Joins the client's policy, a call's options and what its operation allows.
 * @throws TypeError for options that the operation does not take
 */
export function toRunPolicy(
  policy: Policy,
  operation: Operation,
  options: ReplayableCallOptions,
): RunPolicy {
  const { signal, timeoutMs = policy.timeoutMs, idempotencyKey } = options;
  checkTimeout(timeoutMs);
  if (idempotencyKey !== undefined) checkIdempotencyKey(operation, idempotencyKey);
  const { method } = routeOf(operation);
  const repeatable = repeatableMethods.includes(method) || idempotencyKey !== undefined;
  return { ...policy, timeoutMs, signal, repeatable };
}

function checkIdempotencyKey(operation: Operation, key: string): void {
  if (!acceptsIdempotencyKey(operation))
    throw new TypeError(`An idempotencyKey has no effect on ${operation.rest}.`);
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new TypeError("idempotencyKey must be 1 to 255 printable ASCII characters.");
}
