import { createHmac, randomUUID } from "node:crypto";

export const webhookSecret = "e2e-webhook-secret";

/** A delivery as GitHub would send it. */
export interface SignedDelivery {
  readonly guid: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface DeliveryOptions {
  readonly event: string;
  /** Sent as it is when it is text or bytes. */
  readonly payload: object | string | Buffer;
  readonly guid?: string;
  readonly secret?: string;
  readonly appId?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const standInAppId = 1_204_501;

export const signatureOf = (body: string | Buffer, secret = webhookSecret): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** Writes a delivery with GitHub's headers and signature. */
export function signDelivery({
  event,
  payload,
  guid = randomUUID(),
  secret = webhookSecret,
  appId = standInAppId,
  headers = {},
}: DeliveryOptions): SignedDelivery {
  const isWritten = typeof payload === "string" || Buffer.isBuffer(payload);
  const body = isWritten ? payload : JSON.stringify(payload);
  return {
    guid,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/e2e",
      "x-github-event": event,
      "x-github-delivery": guid,
      "x-github-hook-id": "1",
      "x-github-hook-installation-target-type": "integration",
      "x-github-hook-installation-target-id": String(appId),
      "x-hub-signature-256": signatureOf(body, secret),
      ...headers,
    },
  };
}

/** Sends a delivery and returns the status of the answer. */
export async function deliver(
  url: string,
  { headers, body }: Pick<SignedDelivery, "headers" | "body">,
): Promise<number> {
  const bytes = new Uint8Array(Buffer.from(body));
  const response = await fetch(`${url}/github/webhooks`, { method: "POST", headers, body: bytes });
  await response.arrayBuffer();
  return response.status;
}

/** The body of an `installation` event, as far as it is read. */
export const installationEvent = (action: string, installationId: unknown, more: object = {}) => ({
  action,
  installation: { id: installationId, account: { id: 1, login: "acme-coffee" } },
  sender: { id: 2, login: "octo-admin" },
  ...more,
});
