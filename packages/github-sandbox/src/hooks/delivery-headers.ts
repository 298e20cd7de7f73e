import { createHmac } from "node:crypto";
import type { App, Hook } from "../registration.ts";

/** The one webhook of the App. */
export const hookId = 438_205_117;

export interface Letter {
  guid: string;
  event: string;
  payload: object;
}

/** The bytes that travel and are signed. */
export function encodeBody({ contentType }: Hook, payload: object): string {
  const json = JSON.stringify(payload);
  return contentType === "form" ? `payload=${encodeURIComponent(json)}` : json;
}

const sign = (algorithm: "sha1" | "sha256", secret: string, body: string) =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest("hex")}`;

/** GitHub's headers of a delivery; the signatures only where there is a secret. */
export function deliveryHeaders(
  app: App,
  hook: Hook,
  { guid, event, body }: Pick<Letter, "guid" | "event"> & { body: string },
): Record<string, string> {
  const { secret, contentType } = hook;
  return {
    Accept: "*/*",
    "Content-Type":
      contentType === "form" ? "application/x-www-form-urlencoded" : "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
    "User-Agent": "GitHub-Hookshot/5a4d1fe",
    "X-GitHub-Delivery": guid,
    "X-GitHub-Event": event,
    "X-GitHub-Hook-ID": String(hookId),
    "X-GitHub-Hook-Installation-Target-ID": String(app.id),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    ...(secret && {
      "X-Hub-Signature": sign("sha1", secret, body),
      "X-Hub-Signature-256": sign("sha256", secret, body),
    }),
  };
}
