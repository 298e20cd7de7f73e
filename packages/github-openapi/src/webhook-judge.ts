import { readDescription } from "./description.ts";
import { compileDescription, pointer } from "./schemas.ts";

/** A webhook's payload, and what `X-GitHub-Event` says it is. */
export interface JudgedPayload {
  event: string;
  /** As parsed from JSON. */
  payload: object;
}

/** What github.com's own description has against a payload: empty when it has nothing. */
export type WebhookJudge = (judged: JudgedPayload) => string[];

/** Makes a judge of webhooks' payloads. Keep it: the description is read and compiled once. */
export function createWebhookJudge(): WebhookJudge {
  const description = readDescription("api.github.com", "2022-11-28");
  const complaints = compileDescription(description);
  return ({ event, payload }) => {
    const parts = "action" in payload ? [event, String(payload.action)] : [event];
    const name = parts.join("-").replaceAll("_", "-");
    if (!Object.hasOwn(description.webhooks, name)) return [`there is no webhook ${name}`];
    return complaints(pointer("webhooks", name), payload);
  };
}
