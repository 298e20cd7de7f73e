import { createHash } from "node:crypto";
import { AppError, acceptsIdempotencyKey, type CallRequest, invalid } from "@layers/contracts";
import type { Store } from "@layers/storage";
import type { Principal } from "./callers/principal.ts";
import { type Clock, days, minutes } from "./clock.ts";
import type { Sealer } from "./crypto/sealer.ts";
import type { BoundOperation, Success } from "./execute.ts";

export interface IdempotencyDeps {
  readonly store: Pick<Store, "idempotency">;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

interface Execution {
  readonly target: BoundOperation;
  readonly request: CallRequest;
  readonly principal: Principal;
  readonly input: unknown;
}

/** Runs an execution, or answers again what a finished one with the same Idempotency-Key answered. */
export type Idempotency = (execution: Execution, run: () => Promise<Success>) => Promise<Success>;

/** A request that takes longer than this, or whose process died, no longer holds its key. */
const runningMicroseconds = minutes(1);
const keptMicroseconds = days(1);

export function createIdempotency({ store, sealer, clock }: IdempotencyDeps): Idempotency {
  return (execution, run) => {
    const idempotencyKey = execution.request.headers["idempotency-key"];
    return idempotencyKey === undefined || !acceptsIdempotencyKey(execution.target.operation)
      ? run()
      : runOnce(idempotencyKey, execution, run);
  };

  async function runOnce(
    idempotencyKey: string,
    { target, principal, input }: Execution,
    run: () => Promise<Success>,
  ): Promise<Success> {
    if (!/^[\x20-\x7e]{1,255}$/.test(idempotencyKey))
      throw invalid("Idempotency-Key", "Must have 1 to 255 printable ASCII characters.");

    const id = { holder: principal.holder, operation: target.name, idempotencyKey };
    const context = JSON.stringify(id);
    const bodyHash = createHash("sha256").update(textOf(principal, input)).digest();
    const createdAt = clock();
    const expiresAt = createdAt + runningMicroseconds;
    const existing = await store.idempotency.begin(id, { bodyHash, createdAt, expiresAt });
    if (existing) {
      if (!existing.bodyHash.equals(bodyHash) || existing.status === null || !existing.body)
        throw new AppError("IDEMPOTENCY_CONFLICT");
      const body: unknown = JSON.parse(sealer.open(existing.body, context));
      return { status: existing.status, body, headers: { "Idempotent-Replayed": "true" } };
    }
    try {
      const success = await run();
      const body = sealer.seal(JSON.stringify(success.body), context);
      const answer = { status: success.status, body, expiresAt: createdAt + keptMicroseconds };
      await store.idempotency.finish(id, answer);
      return success;
    } catch (error) {
      await store.idempotency.abandon(id);
      throw error;
    }
  }
}

/** A portal user may act for several organizations: the same body for another one is another request. */
const textOf = (principal: Principal, input: unknown): string =>
  JSON.stringify(principal.kind === "portal" ? [principal.organizationId, input] : input);
