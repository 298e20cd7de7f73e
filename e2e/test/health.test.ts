import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";

interface Health {
  readonly healthy: boolean;
  readonly checks: readonly { name: string; ok: boolean; reason?: string; fixUrl?: string }[];
}

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
});
afterEach(() => connector[Symbol.asyncDispose]());

async function health(): Promise<Health> {
  const { key } = partner;
  const { body } = await send("GET /v1/github/installation/health", connector.url, { key });
  return body as Health;
}
const shownStatus = async () => {
  const { key } = partner;
  return (await send("GET /v1/github/installation", connector.url, { key })).body;
};
const settings = () =>
  `${connector.sandbox.url}/organizations/acme-coffee/settings/installations/50291845`;

describe("a binding's health", () => {
  test("is good after the installation", async () => {
    expect(await health()).toEqual({
      healthy: true,
      checks: [
        "clock_in_step",
        "exists",
        "not_suspended",
        "permissions_granted",
        "token_can_be_minted",
        "repositories_selected",
        "rate_limit_left",
      ].map((name) => ({ name, ok: true })),
    });
  });

  test("tells a suspension and the page that lifts it, and writes it down", async () => {
    connector.sandbox.world.suspend("acme-coffee");
    const { healthy, checks } = await health();
    expect(healthy).toBe(false);
    expect(checks).toContainEqual({
      name: "not_suspended",
      ok: false,
      reason: expect.stringContaining("suspended"),
      fixUrl: settings(),
    });
    expect(await shownStatus()).toMatchObject({ status: "suspended" });
    connector.sandbox.world.unsuspend("acme-coffee");
    expect(await health()).toMatchObject({ healthy: true });
    expect(await shownStatus()).toMatchObject({ status: "active" });
  });

  test("tells that the App is gone, for good", async () => {
    connector.sandbox.world.uninstall("acme-coffee");
    const { checks } = await health();
    expect(checks).toContainEqual({ name: "exists", ok: false, reason: expect.any(String) });
    expect(await shownStatus()).toMatchObject({ status: "uninstalled" });
    connector.sandbox.world.install("acme-coffee");
    expect(await shownStatus()).toMatchObject({ status: "uninstalled" });
  });

  test("tells a clock that is out of step", async () => {
    connector.sandbox.clock(120);
    const { checks } = await health();
    expect(checks).toContainEqual({
      name: "clock_in_step",
      ok: false,
      reason: expect.stringMatching(/1[12]\d s apart/),
    });
  });

  test("moves the time of the last look", async () => {
    const before = (await shownStatus()) as { lastVerifiedAt: string };
    await health();
    const after = (await shownStatus()) as { lastVerifiedAt: string; registeredAt: string };
    expect(after.lastVerifiedAt > before.lastVerifiedAt).toBe(true);
    expect(after).toMatchObject({ registeredAt: (before as unknown as typeof after).registeredAt });
  });
});

test("H-15: /.well-known/security.txt says where to report, for months to come", async () => {
  const response = await fetch(`${connector.url}/.well-known/security.txt`);
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(text).toContain("Contact: mailto:security@layers.example\n");
  const expires = Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? "");
  const days = (expires - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(30);
  expect(days).toBeLessThan(365);
});
