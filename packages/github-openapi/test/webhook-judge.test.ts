import { describe, expect, test } from "vitest";
import { createWebhookJudge } from "../src/index.ts";

const judge = createWebhookJudge();

describe("The judge of webhooks", () => {
  test("finds what is missing and what is of the wrong type", () => {
    const payload = { action: "new_permissions_accepted", sender: 1 };
    const found = judge({ event: "installation", payload });
    expect(found).toContain(" must have required property 'installation'");
    expect(found).toContain("/sender must be object");
  });

  test("knows an event without actions", () => {
    expect(judge({ event: "ping", payload: {} })).toEqual([]);
    const hook = { type: "App" };
    const found = judge({ event: "ping", payload: { hook } });
    expect(found).toContain("/hook must have required property 'id'");
  });

  test("says that there is no such event", () => {
    const payload = { action: "paid" };
    expect(judge({ event: "invoice", payload })).toEqual(["there is no webhook invoice-paid"]);
  });
});
