import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, jwtOf, startSandbox } from "./harness.ts";
import { startHooked } from "./hook-harness.ts";

const hooked = await startHooked();
const { sandbox, receiver, told, act } = hooked;
const { world } = sandbox;

beforeEach(hooked.reset);
afterAll(hooked.close);

describe("By GitHub's description, the webhook is told", () => {
  test("of everything that happens to an installation", async () => {
    world.requestInstallation("acme-tea", "octo-member", ["kettle"]);
    world.approveRequest("acme-tea");
    world.suspend("acme-tea");
    world.unsuspend("acme-tea");
    world.acceptPermissions("acme-tea");
    world.transferRepository("acme-tea/kettle", "octocat");
    world.uninstall("acme-tea");
    const { names, payloads } = await told();
    expect(names).toEqual([
      "installation.created",
      "installation.deleted",
      "installation.new_permissions_accepted",
      "installation.suspend",
      "installation.unsuspend",
      "installation_repositories.removed",
    ]);
    expect(payloads["installation.created"].requester.login).toBe("octo-member");
  });

  test("of everything that happens to an enterprise's installation", async () => {
    world.suspendOnEnterprise("acme-corp");
    world.unsuspendOnEnterprise("acme-corp");
    world.uninstallFromEnterprise("acme-corp");
    world.installOnEnterprise("acme-corp");
    const { names, payloads } = await told();
    expect(names).toHaveLength(4);
    expect(payloads["installation.created"]).toMatchObject({
      installation: { account: { slug: "acme-corp" }, target_type: "Enterprise" },
      repositories: [],
    });
  });

  test("of an account's new login, under the id that it keeps", async () => {
    world.renameAccount("globex", "globex-worldwide");
    const { names, payloads } = await told();
    expect(names).toEqual(["installation_target.renamed"]);
    expect(payloads["installation_target.renamed"]).toMatchObject({
      target_type: "Organization",
      account: { id: 9919102, login: "globex-worldwide" },
      changes: { login: { from: "globex" } },
      installation: { id: 50291001 },
      sender: { login: "globex-admin" },
    });
    const token = await jwtOf(sandbox);
    const found = async (login: string) =>
      (await api(sandbox, `GET /orgs/${login}/installation`, { token })).status;
    expect([await found("globex"), await found("globex-worldwide")]).toEqual([404, 200]);
  });

  test("of repositories that it reaches", async () => {
    world.createRepository("globex", "fusion");
    world.renameRepository("globex/fusion", "fission");
    world.publicizeRepository("globex/fission");
    world.privatizeRepository("globex/fission");
    world.deleteRepository("globex/fission");
    const { names, payloads } = await told();
    expect(names).toEqual([
      "repository.created",
      "repository.deleted",
      "repository.privatized",
      "repository.publicized",
      "repository.renamed",
    ]);
    expect(payloads["repository.renamed"]).toMatchObject({
      changes: { repository: { name: { from: "fusion" } } },
      repository: { full_name: "globex/fission" },
      organization: { login: "globex" },
      installation: { id: 50291001 },
      sender: { login: "globex-admin" },
    });
    expect(payloads["repository.renamed"].repository).not.toHaveProperty("permissions");
    expect(sandbox.deliveries()[0]?.repositoryId).toBe(
      payloads["repository.deleted"].repository.id,
    );
  });

  test.each(["octocat", "acme-tea"])(
    "of a repository that %s hands over: gone there, transferred here",
    async (from) => {
      const name = from === "octocat" ? "dotfiles" : "kettle";
      world.install(from, { repositories: [name] });
      world.transferRepository(`${from}/${name}`, "globex");
      const { names, payloads } = await told();
      expect(names).toEqual([
        "installation.created",
        "installation_repositories.removed",
        "repository.transferred",
      ]);
      const kind = from === "octocat" ? "user" : "organization";
      expect(payloads["installation_repositories.removed"]).toMatchObject({
        repositories_removed: [{ full_name: `${from}/${name}` }],
      });
      expect(payloads["repository.transferred"]).toMatchObject({
        changes: { owner: { from: { [kind]: { login: from } } } },
        repository: { full_name: `globex/${name}` },
        installation: { id: 50291001 },
      });
    },
  );

  test("of a ping that somebody asked for", async () => {
    sandbox.ping();
    expect((await act("POST /ping")).status).toBe(204);
    await sandbox.deliveriesSent();
    expect(receiver.received.map(({ headers }) => headers["x-github-event"])).toEqual([
      "ping",
      "ping",
    ]);
    expect(receiver.received[0]?.payload).toMatchObject({
      hook: { app_id: sandbox.app.id, config: { secret: "********" } },
    });
  });
});

describe("The webhook is not told", () => {
  test("of repositories that it does not reach", async () => {
    world.install("octocat", { repositories: ["dotfiles"] });
    world.renameRepository("octocat/Spoon-Knife", "Spork");
    world.renameRepository("acme-tea/kettle", "pot");
    expect((await told()).names).toEqual(["installation.created"]);
  });

  test("of repositories while it does not take part in that event", async () => {
    await using deaf = await startSandbox({ events: [], hook: { url: receiver.url } });
    deaf.world.renameRepository("globex/rocket", "rocket-2");
    await deaf.deliveriesSent();
    expect(deaf.deliveries()).toEqual([]);
  });

  test("of what happens in an account while it is suspended there", async () => {
    world.suspend("globex");
    world.renameRepository("globex/rocket", "rocket-2");
    world.renameAccount("globex", "globex-worldwide");
    world.unsuspend("globex-worldwide");
    expect((await told()).names).toEqual(["installation.suspend", "installation.unsuspend"]);
  });

  test("of permissions before an owner accepts them", async () => {
    await act("POST /app", { permissions: { metadata: "read", checks: "write" } });
    const token = await jwtOf(sandbox);
    const granted = async () =>
      (await api(sandbox, "GET /app/installations/50291001", { token })).body.permissions;
    expect((await told()).names).toEqual([]);
    expect(await granted()).not.toHaveProperty("checks");
    world.acceptPermissions("globex");
    const { payloads } = await told();
    const accepted = { metadata: "read", checks: "write" };
    expect(payloads["installation.new_permissions_accepted"].installation.permissions).toEqual(
      accepted,
    );
    expect(await granted()).toEqual(accepted);
  });
});
