import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type EnterpriseOperation,
  enterpriseInputs,
  installApp,
  type Managed,
  startManaged,
} from "../../src/enterprise.ts";
import { callOver, transports } from "../../src/transports.ts";
import { githubCallsDuring } from "../../src/upstream.ts";

let managed: Managed;
beforeEach(async () => {
  managed = await startManaged();
});
afterEach(() => managed.connector[Symbol.asyncDispose]());

const times = 12;

/** Makes a call many times at once, over every transport; the statuses in order of their number. */
async function race(name: EnterpriseOperation, input: Readonly<Record<string, unknown>> = {}) {
  const { connector, partner } = managed;
  const call = { name, key: partner.key, input: { ...enterpriseInputs[name], ...input } };
  const answers = await Promise.all(
    Array.from({ length: times }, (_, each) =>
      callOver(transports[each % transports.length] ?? "REST", connector, call),
    ),
  );
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}

const all = (status: number, length = times) => Array.from({ length }, () => status);

describe("changes that race", () => {
  test("install an App once: one answer is 201, the others 200", async () => {
    expect(await race("enterprise.install")).toEqual([...all(200, times - 1), 201]);
    const changes = managed.connector.sandbox.changes();
    expect(changes.map(({ kind }) => kind)).toEqual(["install"]);
  });

  test("uninstall it once: one answer is 204, the others say that it is not there", async () => {
    const { connector, partner } = managed;
    const installation_id = await installApp(connector, partner);
    const statuses = await race("enterprise.uninstall", { installation_id });
    expect(statuses).toEqual([204, ...all(404, times - 1)]);
    const lines = await connector.store.audit.list(partner, 100);
    expect(lines.filter(({ action }) => action === "enterprise.uninstall")).toHaveLength(1);
  });

  test("never leave an App without a repository", async () => {
    const { connector, partner } = managed;
    const installation_id = await installApp(connector, partner);
    const remove = (repository: string) =>
      race("enterprise.removeRepositories", { installation_id, repositories: [repository] });
    const statuses = await Promise.all([remove("kettle"), remove("matcha-api")]);
    for (const status of statuses.flat()) expect([200, 422]).toContain(status);
    const { body } = await callOver("REST", connector, {
      name: "enterprise.listRepositories",
      key: partner.key,
      input: { ...enterpriseInputs["enterprise.listRepositories"], installation_id },
    });
    expect(body).toHaveLength(1);
  });

  test("with the end of the grant: nothing that begins after it reaches GitHub", async () => {
    const { connector, grantId } = managed;
    const running = race("enterprise.install");
    await connector.operator.revokeEnterprise(grantId);
    const reached = await githubCallsDuring(connector, async () => {
      expect(await race("enterprise.listInstallations")).toEqual(all(404));
    });
    // What had its grant before goes on.
    expect(reached.filter((call) => call.startsWith("GET"))).toEqual([]);
    for (const status of await running) expect([200, 201, 404]).toContain(status);
  });
});
