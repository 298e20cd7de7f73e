import { randomUUID } from "node:crypto";
import type { Deps } from "../deps.ts";
import type { Hook } from "../registration.ts";
import type { WorldEvent } from "../world/event.ts";
import type { HookDelivery } from "../world/model.ts";
import type { World } from "../world/world.ts";
import { deliveryHeaders, encodeBody } from "./delivery-headers.ts";
import { createDeliveryLog } from "./delivery-log.ts";
import { presentEvent } from "./event-payload.ts";
import { createOutbox } from "./outbox.ts";
import { post } from "./post.ts";
import { isToldOf } from "./subscription.ts";

export type Hooks = ReturnType<typeof createHooks>;

/** Something to deliver: a new event, or one of the log again. */
type Message = Pick<
  HookDelivery,
  "guid" | "event" | "action" | "installationId" | "repositoryId" | "redelivery" | "payload"
>;

interface HookOptions {
  world: World;
  /** Milliseconds that a receiver has. */
  timeoutMs: number;
}

/** The App's webhook: tells it what happens, once each, and keeps the log of it. */
export function createHooks(deps: Deps, { world, timeoutMs }: HookOptions) {
  const { registration, now } = deps;
  const log = createDeliveryLog(deps);
  const outbox = createOutbox();
  let running = new AbortController();

  async function deliver(message: Message, hook: Hook) {
    const { signal } = running;
    if (signal.aborted) return;
    const body = encodeBody(hook, message.payload);
    const requestHeaders = deliveryHeaders(registration.app, hook, { ...message, body });
    const id = log.nextId();
    const deliveredAt = now();
    const startedAt = performance.now();
    const { url, insecureSsl } = hook;
    const insecure = insecureSsl === "1";
    const shipment = { url, headers: requestHeaders, body, insecure, timeoutMs, signal };
    const outcome = await post(shipment);
    if (signal.aborted) return;
    const durationMs = performance.now() - startedAt;
    log.add({ ...message, id, deliveredAt, durationMs, url, requestHeaders, ...toRow(outcome) });
  }

  /** Answers false when nothing listens, or too much waits already. */
  function enqueue(message: Message): boolean {
    const { hook } = registration.app;
    return hook !== null && outbox.push(() => deliver(message, hook));
  }

  return {
    log,
    announce(event: WorldEvent) {
      if (!registration.app.hook || !isToldOf(event, registration.app.id)) return;
      enqueue({
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
    redeliver: (delivery: HookDelivery) => enqueue({ ...delivery, redelivery: true }),
    /** Resolves when everything is delivered, or failed to be. */
    sent: outbox.emptied,
    /** Forgets what waits and cuts what is under way. */
    clear() {
      outbox.clear();
      running.abort();
      running = new AbortController();
    },
  };
}

const toRow = ({ status, statusCode, headers, payload }: Awaited<ReturnType<typeof post>>) => ({
  status,
  statusCode,
  responseHeaders: headers,
  responsePayload: payload,
});
