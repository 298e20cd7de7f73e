import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AppError } from "@layers/contracts";
import {
  allowMethods,
  createLargeBodyReader,
  headerOf,
  type ReadLargeBytes,
  requestIdOf,
  requireJson,
  sendError,
  sendJson,
} from "@layers/http-edge";
import { Router } from "express";
import { toAnswer } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Counts } from "../metrics/counts.ts";
import { readHint } from "../webhooks/hint.ts";
import type { Delivery, Intake } from "../webhooks/intake.ts";
import { checkSignature } from "../webhooks/signature.ts";

export interface WebhookRoutesDeps {
  readonly intake: Intake;
  /** The current one, and while it is rotated the previous one. */
  readonly webhookSecrets: readonly string[];
  readonly github: { readonly appId: string };
  readonly log: Log;
  readonly metrics: Pick<Counts, "webhooks">;
}

/** GitHub sends at most 25 MB; a little more is left for how it is counted. */
const limitBytes = 25 * 1024 * 1024 + 64 * 1024;
const smallBytes = 256 * 1024;

/** `POST /github/webhooks`: answers when what GitHub tells is on our disk, and works on it later. */
export function webhookRoutes(deps: WebhookRoutesDeps): Router {
  const { webhooks } = deps.metrics;
  const read = createLargeBodyReader({ limitBytes, smallBytes });
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/github/webhooks")
    .post(async (req, res) => {
      try {
        webhooks[await receive(deps, req, read)] += 1;
        sendJson(res, { status: 202, body: { status: "accepted" } });
      } catch (thrown) {
        const error = toAnswer(thrown);
        if (error.code === "UNAUTHENTICATED") webhooks.forged += 1;
        if (error.status >= 500)
          deps.log.error({ requestId: requestIdOf(res), err: error.cause }, "webhook not taken");
        sendError(req, res, error);
      }
    })
    .all(allowMethods("POST"));
  return router;
}

async function receive(
  { intake, webhookSecrets, github, log }: WebhookRoutesDeps,
  req: IncomingMessage,
  read: ReadLargeBytes,
): Promise<keyof Counts["webhooks"]> {
  requireJson(req);
  const check = checkSignature(webhookSecrets, headerOf(req, "x-hub-signature-256"));
  if (!check) throw new AppError("UNAUTHENTICATED");
  const hash = createHash("sha256");
  const body = await read(req, (piece) => {
    check.update(piece);
    hash.update(piece);
  });
  if (!check.isGenuine()) throw new AppError("UNAUTHENTICATED");
  const delivery = readDelivery(req, body, hash.digest());
  if (!isFor(github, req)) {
    log.error({ guid: delivery.guid }, "a webhook is another App's: is its secret ours?");
    return "misdirected";
  }
  return intake.take(delivery);
}

const guidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const eventForm = /^[a-z_]{1,64}$/;

function readDelivery(req: IncomingMessage, body: Buffer, bodyHash: Buffer): Delivery {
  const guid = headerOf(req, "x-github-delivery") ?? "";
  const event = headerOf(req, "x-github-event") ?? "";
  if (!guidForm.test(guid) || !eventForm.test(event)) throw new AppError("BAD_REQUEST");
  const hint = readHint(event, body);
  if (!hint) throw new AppError("BAD_REQUEST");
  return { guid: guid.toLowerCase(), bodyHash, hint };
}

const isFor = ({ appId }: WebhookRoutesDeps["github"], req: IncomingMessage): boolean =>
  headerOf(req, "x-github-hook-installation-target-type") === "integration" &&
  headerOf(req, "x-github-hook-installation-target-id") === appId;
