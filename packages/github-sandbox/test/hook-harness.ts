import { createWebhookJudge } from "@layers/github-openapi";
import { expect } from "vitest";
import { startSandbox } from "./harness.ts";
import { hookSecret, isSigned, type Received, startReceiver } from "./receiver.ts";

const judge = createWebhookJudge();

/** A stand-in whose App has a webhook, and what that webhook was told. */
export async function startHooked() {
  const receiver = await startReceiver();
  const sandbox = await startSandbox({ hook: { url: receiver.url, secret: hookSecret } });

  async function judgeAll(deliveries: Received[]) {
    for (const { headers, payload, body } of deliveries) {
      const event = String(headers["x-github-event"]);
      expect(judge({ event, payload }), event).toEqual([]);
      expect(await isSigned({ headers, body })).toBe(true);
    }
  }

  return {
    sandbox,
    receiver,
    reset() {
      sandbox.reset();
      receiver.received.length = 0;
    },
    /** What arrived, by event: signed, and as GitHub describes it. */
    async told() {
      await sandbox.deliveriesSent();
      const { received, events } = receiver;
      await judgeAll(received);
      const named = events().map((name, index) => [name, received[index]?.payload]);
      return { names: events().toSorted(), payloads: Object.fromEntries(named) };
    },
    /** A call of `/_sandbox/`. */
    async act(route: string, body: object = {}) {
      const [method = "", path = ""] = route.split(" ");
      const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
        method,
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    },
    async close() {
      await sandbox.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
}
