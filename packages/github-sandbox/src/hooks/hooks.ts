import { randomUUID } from "node:crypto";
import type { Deps } from "../deps.ts";
import type { WorldEvent } from "../world/event.ts";
import type { HookDelivery } from "../world/model.ts";
import type { World } from "../world/world.ts";
import { createDeliveryLog } from "./delivery-log.ts";
import { presentEvent } from "./event-payload.ts";
import { createMailing } from "./mailing.ts";
import { isToldOf } from "./subscription.ts";

export type Hooks = ReturnType<typeof createHooks>;

interface HookOptions {
  world: World;
  /** Milliseconds that a receiver has. */
  timeoutMs: number;
}

/** The App's webhook: tells it what happens, once each, and keeps the log of it. */
export function createHooks(deps: Deps, { world, timeoutMs }: HookOptions) {
  const { registration } = deps;
  const log = createDeliveryLog(deps);
  const mailing = createMailing(deps, { log, timeoutMs });

  return {
    log,
    faults: mailing.faults,
    addFaults: mailing.addFaults,
    sent: mailing.sent,
    clear: mailing.clear,
    announce(event: WorldEvent) {
      if (!registration.app.hook || !isToldOf(event, registration.app.id)) return;
      mailing.post({
        guid: randomUUID(),
        event: event.name,
        action: event.action,
        installationId: "installation" in event ? event.installation.id : null,
        repositoryId: "repository" in event ? event.repository.id : null,
        redelivery: false,
        payload: presentEvent(event, { ...deps, world }),
      });
    },
    /** Sends a delivery of the log again, to where the webhook is now. */
    redeliver: (delivery: HookDelivery) => mailing.post({ ...delivery, redelivery: true }),
  };
}
