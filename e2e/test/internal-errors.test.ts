import type { GitHub } from "@layers/api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { openDatabase } from "../src/database.ts";
import { send } from "../src/http.ts";
import { expectBudgetHeaders, expectRefusal } from "../src/refusal.ts";
import { callOver, transports } from "../src/transports.ts";

const internal = { error: "Something went wrong on our side.", code: "INTERNAL" };

describe("H-10 T-04 T-05 A227: when something breaks that nobody thought of", () => {
  const canaries = ["ghs_canary", "lp_test_canary", "/srv/canary.ts:1:2"];
  const broken = new Proxy({ host: "https://github.example", appId: "1" } as GitHub, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => {
        throw new TypeError(`Cannot read ${canaries.join(" ")}`);
      }),
  });

  test.each(transports)(
    "the answer over %s is the fixed one, and the log has the rest",
    async (by) => {
      await using connector = await startConnector({ github: broken });
      const { key } = await connector.addPartner();
      const call = { name: "github.installUrl", key, input: { returnUrl } };
      const answer = await callOver(by, connector, call);
      expect(expectRefusal(answer, "INTERNAL")).toEqual(internal);
      expectBudgetHeaders(answer, true);
      expect([...answer.headers].join()).not.toContain("canary");
      const failed = connector.logLines.filter((line) => line.includes("call failed"));
      expect(failed).toHaveLength(1);
      expect(failed[0]).toContain('"code":"INTERNAL"');
      expect((await callOver(by, connector, { name: "keys.whoami", key })).status).toBe(200);
    },
  );
});

describe("H-10 A227: when the database has lost a table", () => {
  let connector: Connector;
  let partner: Partner;
  beforeEach(async () => {
    connector = await startConnector();
    partner = await connector.addPartner();
  });
  afterEach(() => connector[Symbol.asyncDispose]());

  function rename(from: string, to: string): void {
    const database = openDatabase(connector);
    database.exec(`alter table "${from}" rename to "${to}"`);
    database.close();
  }

  const broken = {
    bindings: "github.getInstallation",
    attempts: "github.getInstallAttempt",
    apiKeys: "keys.whoami",
  };
  test.each(Object.entries(broken))("%s, %s says nothing of it", async (table, name) => {
    const { key } = partner;
    const input = name === "github.getInstallAttempt" ? { state: "any" } : {};
    rename(table, "gone");
    for (const transport of transports) {
      const answer = await callOver(transport, connector, { name, key, input });
      expect(expectRefusal(answer, "INTERNAL")).toEqual(internal);
    }
    rename("gone", table);
    const healed = await callOver("REST", connector, { name, key, input });
    expect([200, 404]).toContain(healed.status);
  });

  test("a page of the install flow says that it can be tried again, and no more", async () => {
    rename("attempts", "gone");
    const page = await fetch(`${connector.url}/github/app/connect?state=any`);
    const text = await page.text();
    expect(page.status).toBe(500);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).toContain("Something went wrong on our side. Nothing was connected.");
    expect(text).not.toMatch(/attempts|no such table|sqlite/i);
  });

  test("or is not of the expected schema, the service is not ready, but alive", async () => {
    rename("kysely_migration", "gone");
    expectRefusal(await send("GET /readyz", connector.url), "UNAVAILABLE");
    expect((await send("GET /livez", connector.url)).status).toBe(200);
    rename("gone", "kysely_migration");
    expect((await send("GET /readyz", connector.url)).status).toBe(200);
  });
});
