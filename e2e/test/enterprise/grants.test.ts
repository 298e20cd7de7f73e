import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Partner } from "../../src/connector.ts";
import {
  addManager,
  brewBuilds,
  type EnterpriseOperation,
  enterpriseInputs,
  grant,
  installApp,
  type Managed,
  orgChart,
  startManaged,
} from "../../src/enterprise.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, operationOf, transports } from "../../src/transports.ts";
import { githubCallsDuring, intercept, type Outgoing } from "../../src/upstream.ts";

let managed: Managed;
beforeEach(async () => {
  managed = await startManaged({ wait: async () => {} });
});
afterEach(() => managed.connector[Symbol.asyncDispose]());

const names = Object.keys(enterpriseInputs) as EnterpriseOperation[];
const changing = names.filter((name) => operationOf(name).kind === "mutation");

interface Asked {
  readonly by?: Partner;
  readonly over?: (typeof transports)[number];
  readonly input?: Readonly<Record<string, unknown>>;
}

const ask = (name: EnterpriseOperation, { by, over = "REST", input }: Asked = {}) =>
  callOver(over, managed.connector, {
    name,
    key: (by ?? managed.partner).key,
    input: { ...enterpriseInputs[name], ...input },
  });
const list = (enterprise = "acme-corp") =>
  ask("enterprise.listInstallableOrganizations", { input: { enterprise } });
const logins = async (enterprise?: string) =>
  ((await list(enterprise)).body as { login: string }[]).map(({ login }) => login);

describe("an enterprise that is not granted", () => {
  test.each(names)(
    "is as absent to %s as one that nobody has, and GitHub is not asked",
    async (name) => {
      const { connector } = managed;
      connector.sandbox.world.createEnterprise({ slug: "umbrella", organizations: 1 });
      const by = await addManager(connector);
      const { id } = connector.sandbox.world.enterprise("umbrella");
      const bodies = new Set<string>();
      const reached = await githubCallsDuring(connector, async () => {
        for (const over of transports)
          for (const enterprise of ["umbrella", "acme-corp", String(id), "nobodys", "999999999"]) {
            const answer = await ask(name, { by, over, input: { enterprise } });
            expectRefusal(answer, "NOT_FOUND");
            bodies.add(answer.text);
          }
      });
      expect(reached).toEqual([]);
      expect(bodies.size).toBe(1);
    },
  );

  test("is one of another GitHub too, though its slug and number are the same", async () => {
    const { connector, grantId, partner } = managed;
    const { id, installation } = connector.sandbox.world.enterprise("acme-corp");
    await connector.operator.revokeEnterprise(grantId);
    await connector.operator.grantEnterprise({
      organizationId: partner.organizationId,
      host: "https://github.com",
      enterprise: { id, slug: "acme-corp", installationId: installation?.id ?? 0 },
      clientIds: [brewBuilds],
    });
    expectRefusal(await list(), "NOT_FOUND");
  });
});

describe("a grant", () => {
  test.each(names)("that is revoked has ended at the very next call: %s", async (name) => {
    const { connector, partner, grantId } = managed;
    const installation_id = await installApp(connector, partner);
    const input = "installation_id" in enterpriseInputs[name] ? { installation_id } : {};
    await list();
    await connector.operator.revokeEnterprise(grantId);
    const reached = await githubCallsDuring(connector, async () => {
      for (const over of transports) expectRefusal(await ask(name, { over, input }), "NOT_FOUND");
    });
    expect(reached).toEqual([]);
    await grant(connector, partner);
    expect((await ask(name, { input })).status).toBeLessThan(300);
  });

  test("that is narrowed to other Apps is so at the very next call", async () => {
    const { connector, partner } = managed;
    const installation_id = await installApp(connector, partner);
    await grant(connector, partner, { clientIds: [orgChart] });
    expectRefusal(await ask("enterprise.uninstall", { input: { installation_id } }), "FORBIDDEN");
    await grant(connector, partner, { clientIds: [brewBuilds] });
    expect((await ask("enterprise.uninstall", { input: { installation_id } })).status).toBe(204);
  });

  test("is found by the enterprise's number, which becomes its slug toward GitHub", async () => {
    const { connector } = managed;
    const { id } = connector.sandbox.world.enterprise("acme-corp");
    const reached = await githubCallsDuring(connector, async () => {
      expect(await logins(String(id))).toEqual(["acme-coffee", "acme-tea"]);
    });
    expect(reached.at(-1)).toBe("GET /enterprises/acme-corp/apps/installable_organizations");
    expect(reached.join()).not.toContain(String(id));
  });

  test("is found by a slug in any case", async () => {
    expect(await logins("Acme-Corp")).toEqual(["acme-coffee", "acme-tea"]);
  });

  test("is found by a slug before a number: a slug may be all digits", async () => {
    const { connector, partner } = managed;
    const { world } = connector.sandbox;
    const slug = String(world.enterprise("acme-corp").id);
    world.createEnterprise({ slug, organizations: 1 });
    await grant(connector, partner, { slug });
    expect(await logins(slug)).toEqual([`${slug}-1`]);
    expect(await logins("acme-corp")).toEqual(["acme-coffee", "acme-tea"]);
  });
});

/** The operator's grant of `acme-corp`, when GitHub called it something else. */
async function grantUnder(slug: string, installationId?: number): Promise<void> {
  const { connector, grantId, partner } = managed;
  const { id, installation } = connector.sandbox.world.enterprise("acme-corp");
  await connector.operator.revokeEnterprise(grantId);
  await connector.operator.grantEnterprise({
    organizationId: partner.organizationId,
    host: new URL(connector.sandbox.url).origin,
    enterprise: { id, slug, installationId: installationId ?? installation?.id ?? 0 },
    clientIds: [brewBuilds],
  });
}

describe("a grant is of an enterprise's number", () => {
  test("and goes with it when its slug changes", async () => {
    await grantUnder("acme-before");
    expect(await logins("acme-before")).toEqual(["acme-coffee", "acme-tea"]);
    expect(await logins("acme-corp")).toEqual(["acme-coffee", "acme-tea"]);
    expectRefusal(await list("acme-before"), "NOT_FOUND");
  });

  test("and never reaches another enterprise that has taken over the slug", async () => {
    managed.connector.sandbox.world.createEnterprise({ slug: "umbrella", organizations: 3 });
    await grantUnder("umbrella");
    expect(await logins("umbrella")).toEqual(["acme-coffee", "acme-tea"]);
  });

  test("and reaches nothing when neither slug nor installation is its own any more", async () => {
    const { world } = managed.connector.sandbox;
    const { installation } = world.createEnterprise({ slug: "umbrella", organizations: 3 });
    await grantUnder("umbrella", installation?.id);
    expectRefusal(await list("umbrella"), "INSTALLATION_UNINSTALLED");
  });
});

describe("an App that the grant does not cover", () => {
  test.each(transports)(
    "is not installed over %s, and GitHub is asked for nothing that changes",
    async (over) => {
      const { connector, partner } = managed;
      await grant(connector, partner, { clientIds: [brewBuilds] });
      const before = connector.sandbox.changes();
      const reached = await githubCallsDuring(connector, async () => {
        const answer = await ask("enterprise.install", { over, input: { client_id: orgChart } });
        expect(expectRefusal(answer, "FORBIDDEN").issues).toEqual([
          {
            path: "client_id",
            message: "Is an App that your organization's grant does not cover.",
          },
        ]);
      });
      expect(reached.filter((call) => !call.startsWith("GET "))).toEqual([]);
      expect(connector.sandbox.changes()).toEqual(before);
    },
  );

  test.each(changing.filter((name) => name !== "enterprise.install"))(
    "is not changed by %s",
    async (name) => {
      const { connector, partner } = managed;
      const installation_id = await installApp(connector, partner);
      await grant(connector, partner, { clientIds: [orgChart] });
      const before = connector.sandbox.changes();
      const reached = await githubCallsDuring(connector, async () => {
        for (const over of transports) {
          const answer = await ask(name, { over, input: { installation_id } });
          expect(expectRefusal(answer, "FORBIDDEN").issues?.[0]?.path).toBe("installation_id");
        }
      });
      expect(reached.length).toBeGreaterThan(0);
      expect(reached.filter((call) => !call.startsWith("GET "))).toEqual([]);
      expect(connector.sandbox.changes()).toEqual(before);
    },
  );

  test("may be looked at all the same", async () => {
    const { connector, partner } = managed;
    const installation_id = await installApp(connector, partner);
    await grant(connector, partner, { clientIds: [orgChart] });
    const answer = await ask("enterprise.listRepositories", { input: { installation_id } });
    expect(answer.body).toMatchObject([{ name: "kettle" }, { name: "matcha-api" }]);
  });

  test("is found out on whichever page of the Apps it is", async () => {
    const { connector, partner } = managed;
    const ours = { client_id: connector.sandbox.app.clientId, repository_selection: "all" };
    await ask("enterprise.install", { input: ours });
    await ask("enterprise.install");
    const installation_id = await installApp(connector, partner);
    await grant(connector, partner, { clientIds: [orgChart] });
    const uninstall = () => ask("enterprise.uninstall", { input: { installation_id } });
    const pages = await withPagesOfOne(async () => expectRefusal(await uninstall(), "FORBIDDEN"));
    expect(pages).toBe(3);
    await grant(connector, partner, { clientIds: [brewBuilds] });
    await withPagesOfOne(async () => expect((await uninstall()).status).toBe(204));
  });
});

/** Has GitHub answer one item on each page, and counts the pages of Apps that it was asked for. */
async function withPagesOfOne(work: () => Promise<unknown>): Promise<number> {
  let pages = 0;
  const between = ({ url, send }: Outgoing) => {
    if (url.includes("/installations?")) pages += 1;
    return send(url.replace("per_page=100", "per_page=1"));
  };
  await intercept(managed.connector, between, work);
  return pages;
}
