import { createHmac, timingSafeEqual } from "node:crypto";

/** Checks a body against its signature while the body arrives. */
export interface SignatureCheck {
  readonly update: (chunk: Buffer) => void;
  /** To be asked once, after the last chunk. */
  isGenuine(): boolean;
}

const form = /^sha256=([0-9a-f]{64})$/;

/**
 * Begins to check a body. Any of the secrets will do: while it is rotated there are two.
 *
 * @param signature `X-Hub-Signature-256`
 * @returns undefined when that is not a signature at all
 * @see https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function checkSignature(
  secrets: readonly string[],
  signature: string | undefined,
): SignatureCheck | undefined {
  const [, claimed] = form.exec(signature ?? "") ?? [];
  if (claimed === undefined) return undefined;
  const expected = Buffer.from(claimed, "hex");
  const macs = secrets.map((secret) => createHmac("sha256", secret));
  return {
    update: (chunk) => {
      for (const mac of macs) mac.update(chunk);
    },
    // All are compared, so that the time does not tell which one it was.
    isGenuine: () => macs.map((mac) => timingSafeEqual(mac.digest(), expected)).includes(true),
  };
}
