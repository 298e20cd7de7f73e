import type { Deps } from "../deps.ts";
import type { Hook } from "../registration.ts";
import type { HookDelivery } from "../world/model.ts";
import { deliveryHeaders, encodeBody } from "./delivery-headers.ts";
import type { createDeliveryLog } from "./delivery-log.ts";
import { type Outcome, post } from "./post.ts";

/** Something to deliver: a new event, or one of the log again. */
export type Message = Pick<
  HookDelivery,
  "guid" | "event" | "action" | "installationId" | "repositoryId" | "redelivery" | "payload"
>;

/** A message on its way. */
export interface Parcel {
  message: Message;
  hook: Hook;
  /** Is in the log as answered by 500, and not sent. */
  fails: boolean;
  /** Is signed with a secret that nobody has. */
  corrupt: boolean;
}

export interface DeliveringOptions {
  log: ReturnType<typeof createDeliveryLog>;
  /** Milliseconds that a receiver has. */
  timeoutMs: number;
}

const failed: Outcome = {
  status: "Invalid HTTP Response: 500",
  statusCode: 500,
  headers: null,
  payload: null,
};

const signingHook = ({ hook, corrupt }: Parcel): Hook =>
  corrupt && hook.secret ? { ...hook, secret: `not ${hook.secret}` } : hook;

/** Delivers a parcel and writes down what came of it, unless the signal ends it. Never rejects. */
export function createDelivering(deps: Deps, { log, timeoutMs }: DeliveringOptions) {
  const { registration, now } = deps;

  return async function deliver(parcel: Parcel, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { message, hook, fails } = parcel;
    const { url } = hook;
    const body = encodeBody(hook, message.payload);
    const letter = { ...message, body };
    const headers = deliveryHeaders(registration.app, signingHook(parcel), letter);
    const begun = { id: log.nextId(), deliveredAt: now() };
    const startedAt = performance.now();
    const insecure = hook.insecureSsl === "1";
    const outcome = fails
      ? failed
      : await post({ url, headers, body, insecure, timeoutMs, signal });
    if (signal.aborted) return;
    log.add({
      ...message,
      ...begun,
      url,
      durationMs: performance.now() - startedAt,
      requestHeaders: headers,
      status: outcome.status,
      statusCode: outcome.statusCode,
      responseHeaders: outcome.headers,
      responsePayload: outcome.payload,
    });
  };
}
