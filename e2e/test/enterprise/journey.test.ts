import {
  enterpriseApi as enterprise,
  expandRoute,
  type Operation,
  operations,
} from "@layers/contracts";
import { createBodyJudge } from "@layers/github-openapi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { brewBuilds, type Managed, startManaged } from "../../src/enterprise.ts";
import { callOver, type Transport, transports } from "../../src/transports.ts";

const judge = createBodyJudge();

let managed: Managed;
beforeEach(async () => {
  managed = await startManaged();
});
afterEach(() => managed.connector[Symbol.asyncDispose]());

type Name = keyof typeof enterprise;

/** Calls as the partner; GitHub's own description judges what comes back. */
async function ask(transport: Transport, name: Name, input: Record<string, unknown> = {}) {
  const { connector, partner } = managed;
  const operation: Operation = enterprise[name];
  const full = { enterprise: "acme-corp", org: "acme-tea", ...input };
  const shape = Object.keys(operation.input.shape);
  const taken = Object.fromEntries(Object.entries(full).filter(([key]) => shape.includes(key)));
  const answer = await callOver(transport, connector, {
    name: `enterprise.${name}`,
    key: partner.key,
    input: taken,
  });
  const { method, path } = expandRoute(operation, taken);
  const { status, body } = answer;
  if (status < 300) expect(judge({ edition: "ghec", method, path, status, body })).toEqual([]);
  return answer;
}

describe.each(transports)("an enterprise is administered over %s", (transport) => {
  test("from its organizations to the end of an installation", async () => {
    const statuses: [string, number][] = [];
    const step = async (name: Name, input?: Record<string, unknown>) => {
      const answer = await ask(transport, name, input);
      statuses.push([name, answer.status]);
      return answer.body;
    };
    const logins = await step("listInstallableOrganizations");
    expect(logins).toMatchObject([{ login: "acme-coffee" }, { login: "acme-tea" }]);
    const repositories = (await step("listAccessibleRepositories")) as { name: string }[];
    const [first, second] = repositories.map(({ name }) => name);
    const installed = await step("install", {
      client_id: brewBuilds,
      repository_selection: "selected",
      repositories: [first],
    });
    const { id: installation_id } = installed as { id: number };
    await step("install", { client_id: brewBuilds, repository_selection: "all" });
    expect(await step("listInstallations")).toMatchObject([
      { id: installation_id, client_id: brewBuilds },
    ]);
    expect(
      await step("addRepositories", { installation_id, repositories: [second] }),
    ).toMatchObject([{ name: second }]);
    expect(await step("listRepositories", { installation_id })).toMatchObject([
      { name: first },
      { name: second },
    ]);
    const removed = await step("removeRepositories", { installation_id, repositories: [first] });
    expect(removed).toMatchObject([{ name: first }]);
    expect(
      await step("setRepositorySelection", { installation_id, repository_selection: "all" }),
    ).toMatchObject({ id: installation_id, repository_selection: "all" });
    await step("uninstall", { installation_id });
    expect(await step("listInstallations")).toEqual([]);
    expect(statuses).toEqual([
      ["listInstallableOrganizations", 200],
      ["listAccessibleRepositories", 200],
      ["install", 201],
      ["install", 200],
      ["listInstallations", 200],
      ["addRepositories", 200],
      ["listRepositories", 200],
      ["removeRepositories", 200],
      ["setRepositorySelection", 200],
      ["uninstall", 204],
      ["listInstallations", 200],
    ]);
    expect(new Set(statuses.map(([name]) => name)).size).toBe([...operations(enterprise)].length);
  });
});

test("what a partner changes is in the audit log, with who and what; what it reads is not", async () => {
  const { connector, partner } = managed;
  const input = { client_id: brewBuilds, repository_selection: "all" };
  const { id: installation_id } = (await ask("REST", "install", input)).body as { id: number };
  await ask("tRPC", "listInstallations");
  await ask("tRPC", "uninstall", { installation_id });
  await ask("REST", "uninstall", { installation_id });
  const lines = await connector.store.audit.list(partner, 2);
  expect(lines.map(({ action, target, actor }) => ({ action, target, actor }))).toEqual(
    ["enterprise.uninstall", "enterprise.install"].map((action) => ({
      action,
      target: "acme-corp",
      actor: partner.apiKeyId,
    })),
  );
  expect(lines.map(({ details }) => JSON.parse(details) as object)).toEqual([
    { org: "acme-tea", installation_id },
    { org: "acme-tea", ...input },
  ]);
});
