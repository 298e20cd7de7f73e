import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { readDatabase } from "../../src/database.ts";
import {
  addManager,
  type EnterpriseOperation,
  enterpriseInputs,
  grant,
  type Managed,
  startManaged,
} from "../../src/enterprise.ts";
import { send } from "../../src/http.ts";
import { mintAtGitHub } from "../../src/personal.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver } from "../../src/transports.ts";
import { endFaults, githubCallsDuring, intercept, type Outgoing } from "../../src/upstream.ts";

let managed: Managed;
let installationId: number;
beforeEach(async () => {
  managed = await startManaged({ wait: async () => {} });
  const { installation } = managed.connector.sandbox.world.enterprise("acme-corp");
  installationId = installation?.id ?? 0;
});
afterEach(() => managed.connector[Symbol.asyncDispose]());

const ask = (name: EnterpriseOperation, key = managed.partner.key) =>
  callOver("REST", managed.connector, { name, key, input: enterpriseInputs[name] });
const read = (key?: string) => ask("enterprise.listInstallations", key);
const write = () => ask("enterprise.install");

const lookUp = "GET /enterprises/acme-corp/installation";
const mint = () => `POST /app/installations/${installationId}/access_tokens`;
const list = "GET /enterprises/acme-corp/apps/organizations/acme-tea/installations";
const install = list.replace("GET", "POST");
const reached = (work: () => Promise<unknown>) => githubCallsDuring(managed.connector, work);

const MintedBody = z.object({ token: z.string(), permissions: z.record(z.string(), z.string()) });

/** What GitHub gave for each token that we asked for meanwhile. */
async function mintedDuring(work: () => Promise<unknown>) {
  const minted: z.infer<typeof MintedBody>[] = [];
  const between = async ({ url, send: pass }: Outgoing) => {
    const response = await pass();
    if (url.endsWith("/access_tokens"))
      minted.push(MintedBody.parse(await response.clone().json()));
    return response;
  };
  await intercept(managed.connector, between, work);
  return minted;
}

describe("the token of an enterprise's installation", () => {
  test("is minted once, and the enterprise looked up once, however many ask", async () => {
    const calls = await reached(async () => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => read()));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    });
    expect(calls.filter((call) => call !== list)).toEqual([lookUp, mint()]);
    expect(calls.filter((call) => call === list)).toHaveLength(40);
    expect(await reached(read)).toEqual([list]);
  });

  test("is shared by organizations that were granted the same enterprise", async () => {
    await read();
    const other = await addManager(managed.connector);
    await grant(managed.connector, other);
    expect(await reached(() => read(other.key))).toEqual([list]);
  });

  test("cannot write if it is for reading, and neither reaches anything but the enterprise's Apps", async () => {
    const minted = await mintedDuring(async () => {
      await read();
      await write();
    });
    const both = (level: string) => ({
      enterprise_organization_installations: level,
      enterprise_organization_installation_repositories: level,
    });
    expect(minted.map(({ permissions }) => permissions)).toEqual([both("read"), both("write")]);
  });

  test("is renewed before it ends", async () => {
    await read();
    managed.connector.advance(50 * 60);
    expect(await reached(read)).toEqual([lookUp, list]);
    managed.connector.advance(7 * 60);
    expect(await reached(read)).toEqual([lookUp, mint(), list]);
  });

  test("is replaced once when GitHub refuses it, however many meet that", async () => {
    const [minted] = await mintedDuring(read);
    const { apiUrl } = managed.connector.sandbox;
    const headers = { "user-agent": "e2e" };
    await send("DELETE /installation/token", apiUrl, { key: minted?.token, headers });
    const calls = await reached(async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => read()));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    });
    expect(calls.filter((call) => call !== list)).toEqual([mint()]);
  });

  test("that GitHub goes on refusing is asked for no third time", async () => {
    await read();
    managed.connector.sandbox.fault({
      kind: "status",
      status: 401,
      match: { path: list.slice(4) },
    });
    const calls = await reached(async () => expectRefusal(await read(), "GITHUB_UNAVAILABLE"));
    expect(calls.filter((call) => call === mint())).toHaveLength(1);
    endFaults(managed.connector);
    expect((await read()).status).toBe(200);
  });

  test("G-01 K-15: is in no database, no log line and no answer", async () => {
    const answers: string[] = [];
    const minted = await mintedDuring(async () => {
      for (const use of [read, write]) answers.push((await use()).text);
    });
    const { connector } = managed;
    const kept = [JSON.stringify(readDatabase(connector)), ...connector.logLines, ...answers];
    expect(minted).toHaveLength(2);
    for (const { token } of minted) expect(kept.join()).not.toContain(token);
  });
});

describe("the App on the enterprise", () => {
  const slug = "acme-corp";

  test("that is suspended says so, and serves again when it is not", async () => {
    const { world } = managed.connector.sandbox;
    await read();
    world.suspendOnEnterprise(slug);
    expectRefusal(await read(), "INSTALLATION_SUSPENDED");
    expectRefusal(await write(), "INSTALLATION_SUSPENDED");
    world.unsuspendOnEnterprise(slug);
    expect((await read()).status).toBe(200);
  });

  test("that is uninstalled says so, and serves again at once under its new number", async () => {
    const { world } = managed.connector.sandbox;
    await read();
    world.uninstallFromEnterprise(slug);
    expectRefusal(await read(), "INSTALLATION_UNINSTALLED");
    const { installation } = world.installOnEnterprise(slug);
    expect(installation?.id).not.toBe(installationId);
    expect((await read()).status).toBe(200);
    const { store } = managed.connector;
    expect(await store.enterpriseGrants.find(managed.grantId)).toMatchObject({
      slug,
      installationId: installation?.id,
    });
  });

  test("that may only read is not let write, and GitHub is asked for no other token", async () => {
    const { sandbox } = managed.connector;
    sandbox.world.uninstallFromEnterprise(slug);
    sandbox.configureApp({ permissions: { enterprise_organization_installations: "read" } });
    sandbox.world.installOnEnterprise(slug);
    expect((await read()).status).toBe(200);
    expectRefusal(await write(), "FORBIDDEN");
  });
});

describe("GitHub's own credential of an enterprise's installation", () => {
  test("is passed through, with no grant and no token of ours", async () => {
    const ghs = await mintAtGitHub(managed.connector, installationId);
    await managed.connector.operator.revokeEnterprise(managed.grantId);
    expect(await reached(async () => expect((await read(ghs)).status).toBe(200))).toEqual([list]);
    expect(
      await reached(async () => expect((await ask("enterprise.install", ghs)).status).toBe(201)),
    ).toEqual([install]);
  });

  test("of another installation reaches nothing", async () => {
    const { sandbox } = managed.connector;
    const { installation } = sandbox.world.createEnterprise({ slug: "umbrella" });
    const other = await mintAtGitHub(managed.connector, installation?.id ?? 0);
    expectRefusal(await read(other), "NOT_FOUND");
    const ofAccount = await mintAtGitHub(managed.connector, sandbox.world.install("octocat").id);
    expectRefusal(await read(ofAccount), "FORBIDDEN");
  });

  test("that GitHub does not know is none", async () => {
    expectRefusal(await read(`ghs_${"a".repeat(36)}`), "UNAUTHENTICATED");
  });
});
