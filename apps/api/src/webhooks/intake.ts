import { GithubId } from "@layers/contracts";
import type { Queries, Store, WebhookDeliveryRow } from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { GitHub } from "../github/github.ts";
import { createGroupCommit } from "../group-commit.ts";
import { newId } from "../ids.ts";
import type { Enqueue } from "../jobs/job-kind.ts";
import type { Log } from "../log.ts";
import { deliveryJobOf } from "./delivery-jobs.ts";
import { isKnown } from "./events.ts";
import type { Hint } from "./hint.ts";

/** A webhook whose signature was found right. */
export interface Delivery extends Pick<WebhookDeliveryRow, "guid" | "bodyHash"> {
  readonly hint: Hint;
}

/**
 * What became of a delivery: a job, nothing because we do not know such events, nothing because it came
 * before, or nothing because something else came before under its id.
 */
export type Reception = "queued" | "unknown" | "repeated" | "conflicting";

export interface Intake {
  /** Keeps a delivery and what it asks for. Both are on the disk when this resolves. */
  take(delivery: Delivery): Promise<Reception>;
}

export interface IntakeDeps {
  readonly store: Pick<Store, "transaction">;
  readonly github: Pick<GitHub, "host" | "appId">;
  readonly enqueue: Enqueue;
  readonly clock: Clock;
  readonly log: Log;
}

export function createIntake(deps: IntakeDeps): Intake {
  const commit = createGroupCommit(deps.store);
  return {
    async take(delivery) {
      const reception = await commit((tx) => keep(deps, tx, delivery));
      const { guid, hint } = delivery;
      const fields = { guid, event: hint["event"] };
      if (reception === "conflicting")
        deps.log.error(fields, "a webhook came under the id of another one");
      else deps.log.info({ ...fields, reception }, "webhook");
      return reception;
    },
  };
}

async function keep(deps: IntakeDeps, tx: Queries, delivery: Delivery): Promise<Reception> {
  const { guid, bodyHash, hint } = delivery;
  const event = String(hint["event"]);
  const action = hint["action"] ?? null;
  const jobId = isKnown(event, action) ? newId("job") : null;
  const now = deps.clock();
  const kept = await tx.webhookDeliveries.insert({
    guid,
    bodyHash,
    event,
    action: action === null ? null : String(action),
    jobId,
    receivedAt: now,
  });
  if (!kept.bodyHash.equals(bodyHash)) return "conflicting";
  if (kept.jobId === null) return "unknown";
  if (kept.jobId !== jobId) {
    // Somebody asked GitHub to send again what was given up here.
    await tx.jobs.replay(kept.jobId, now);
    return "repeated";
  }
  const organizationId = await findOwner(deps, tx, hint["installationId"]);
  await deps.enqueue(tx, deliveryJobOf(hint), { id: jobId, payload: hint, organizationId });
  return "queued";
}

/** Whose work it is: so many events of one organization do not keep the others waiting. */
async function findOwner(
  { github: { host, appId } }: IntakeDeps,
  tx: Queries,
  claimedId: unknown,
): Promise<string> {
  const { data: installationId } = GithubId.safeParse(claimedId);
  if (installationId === undefined) return "";
  const binding = await tx.bindings.findByInstallation({ host, appId, installationId });
  return binding?.organizationId ?? "";
}
