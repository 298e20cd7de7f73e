import { Octokit } from "octokit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { impatient } from "../../src/github-clients/clients.ts";
import { send } from "../../src/http.ts";
import { bindAcme, type Proven } from "../../src/journey.ts";

/** What Octokit's own throttling was told to wait for, in seconds. */
type Waits = ["primary" | "secondary", number][];

let connector: Connector;
let partner: Partner;
let proven: Proven;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  proven = await bindAcme(connector, partner);
});
afterEach(() => connector[Symbol.asyncDispose]());

const list = "GET /installation/repositories";

/** A client that waits as long as it is told, and counts seconds as milliseconds. */
function createPatient({ auth, waits }: { auth: string; waits: Waits }): Octokit {
  const note = (kind: Waits[number][0]) => (seconds: number) => {
    waits.push([kind, seconds]);
    return true;
  };
  const throttle = {
    retryAfterBaseValue: 1,
    onRateLimit: note("primary"),
    onSecondaryRateLimit: note("secondary"),
  };
  return new Octokit({ ...impatient, auth, baseUrl: connector.url, throttle });
}

describe("Octokit's throttling waits", () => {
  test("for GitHub's secondary limit, as long as GitHub says", async () => {
    const waits: Waits = [];
    connector.sandbox.fault({ kind: "secondary-limit", retryAfter: 30, times: 1 });
    const asked = createPatient({ auth: partner.key, waits }).request(list);
    await expect.poll(() => waits.length).toBeGreaterThan(0);
    connector.forgetOutages();
    expect((await asked).status).toBe(200);
    expect(waits[0]?.[0]).toBe("secondary");
    expect(waits[0]?.[1]).toBeGreaterThan(28);
    expect(waits[0]?.[1]).toBeLessThanOrEqual(30);
  });

  test("for GitHub's hour to be over, by GitHub's own headers", async () => {
    const waits: Waits = [];
    await createPatient({ auth: partner.key, waits }).request(list);
    connector.sandbox.setRateLimit({ installation: proven.installationId }, 0);
    const asked = createPatient({ auth: partner.key, waits }).request(list);
    await expect.poll(() => waits.length).toBeGreaterThan(0);
    connector.sandbox.setRateLimit({ installation: proven.installationId }, 5000);
    connector.forgetOutages();
    expect((await asked).status).toBe(200);
    expect(waits[0]?.[0]).toBe("primary");
    expect(waits[0]?.[1]).toBeGreaterThan(3000);
    expect(waits[0]?.[1]).toBeLessThanOrEqual(3602);
  });

  test("for a budget of our own", async () => {
    const waits: Waits = [];
    const { organizationId } = partner;
    const { key } = await connector.addPartner({ organizationId, tier: "standard" });
    const spend = () => send(`${list}?per_page=1`, connector.url, { key });
    await Promise.all(Array.from({ length: 200 }, spend));
    const octokit = createPatient({ auth: key, waits });
    // What was refilled meanwhile is spent first.
    while (waits.length === 0)
      expect((await octokit.request(list, { per_page: 1 })).status).toBe(200);
    expect(waits[0]).toEqual(["secondary", 1]);
  });
});
