import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Connector, Partner } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import { linkGitHub } from "../../src/link.ts";
import { addUser, type PortalUser, portalOrigin, sessionHeaders } from "../../src/portal.ts";
import { type Completion, startCompletion } from "../../src/portal-completion.ts";
import { expectRefusal } from "../../src/refusal.ts";

let connector: Connector;
let partner: Partner;
let user: PortalUser;
let installationId: number;
let complete: Completion["complete"];
let bound: Completion["bound"];
beforeEach(async () => {
  ({ connector, partner, user, installationId, complete, bound } = await startCompletion());
});
afterEach(() => connector[Symbol.asyncDispose]());

describe("an organization's installation", () => {
  test("is not replaced by another one", async () => {
    await linkGitHub(connector, user, "octo-admin");
    await complete();
    const tea = connector.sandbox.world.install("acme-tea").id;
    const answer = await complete({ body: { installation_id: tea } });
    expectRefusal(answer, "CONFLICT");
    expect(await bound()).toMatchObject([{ installationId }]);
  });

  test("that stands is brought up to date, by whoever runs the organization", async () => {
    await linkGitHub(connector, user, "octo-admin");
    await complete();
    const [first] = await bound();
    const colleague = await addUser(connector, partner.organizationId, "owner");
    connector.sandbox.world.suspend("acme-coffee");
    const body = { installation_id: installationId, setup_action: "update" };
    expect((await complete({ by: colleague, body })).body).toEqual({ ok: true, status: "updated" });
    const [binding] = await bound();
    expect(binding).toMatchObject({ status: "suspended", registeredAt: first?.registeredAt });
    expect(binding?.lastVerifiedAt).toBeGreaterThan(first?.lastVerifiedAt ?? Infinity);
  });

  test("that is gone on GitHub does not stand, and the next one is installed", async () => {
    await linkGitHub(connector, user, "octo-admin");
    await complete();
    connector.sandbox.world.uninstall("acme-coffee");
    expectRefusal(await complete(), "FORBIDDEN");
    expect(await bound()).toEqual([]);
    const again = connector.sandbox.world.install("acme-coffee").id;
    const body = { installation_id: again };
    expect((await complete({ body })).body).toEqual({ ok: true, status: "installed" });
  });

  test("is installed once, however many complete it at once", async () => {
    await linkGitHub(connector, user, "octo-admin");
    const answers = await Promise.all(Array.from({ length: 15 }, () => complete()));
    const statuses = answers.map(({ body }) => (body as { status: string }).status);
    expect(statuses.filter((status) => status === "installed")).toHaveLength(1);
    expect(statuses.filter((status) => status === "updated")).toHaveLength(14);
    expect(await bound()).toHaveLength(1);
    const lines = await connector.store.audit.list({ organizationId: user.organizationId }, 50);
    expect(lines.filter(({ action }) => action === "installation.bind")).toHaveLength(1);
  });

  test("is uninstalled by a click, and again to no effect", async () => {
    const headers = sessionHeaders("cookie", user.session);
    const uninstall = () =>
      send("POST /github/app/uninstall", connector.url, { headers, body: {} });
    expectRefusal(await uninstall(), "NOT_FOUND");
    await linkGitHub(connector, user, "octo-admin");
    await complete();
    const minted = await send("POST /v1/github/installation/token", connector.url, {
      key: partner.key,
      body: {},
    });
    const { token } = z.looseObject({ token: z.string() }).parse(minted.body);
    const answer = { ok: true, installation_id: installationId };
    expect((await uninstall()).body).toEqual({ ...answer, status: "uninstalled" });
    expect(connector.sandbox.world.installation("acme-coffee")).toBeUndefined();
    const { status } = await fetch(`${connector.sandbox.apiUrl}/installation/repositories`, {
      headers: { authorization: `token ${token}` },
    });
    expect(status).toBe(401);
    expect((await uninstall()).body).toEqual({ ...answer, status: "already_uninstalled" });
    const shown = await send("GET /v1/github/installation", connector.url, { headers });
    expect(shown.body).toMatchObject({ status: "uninstalled" });
    const [line] = await connector.store.audit.list({ organizationId: user.organizationId }, 1);
    expect(line).toMatchObject({
      action: "installation.uninstalled",
      actor: `user:${user.userId}`,
    });
  });

  test("shows in the status of every member", async () => {
    const member = await addUser(connector, partner.organizationId, "member");
    const read = async () =>
      (
        await send("GET /github/status", connector.url, {
          headers: sessionHeaders("Bearer", member.session),
        })
      ).body;
    expect(await read()).toEqual({ connected: false, appInstalled: false });
    await linkGitHub(connector, user, "octo-admin");
    await complete();
    expect(await read()).toEqual({ connected: false, appInstalled: true });
  });
});

describe("the install URL", () => {
  const ask = (query = "") =>
    send(`GET /github/app/install-url${query}`, connector.url, {
      headers: sessionHeaders("Bearer", user.session),
    });

  test("leads back to a page of the portal, and to no other", async () => {
    const returnUrl = `${portalOrigin}/settings`;
    const asked = await ask(`?${new URLSearchParams({ returnUrl })}`);
    const { installUrl } = z.strictObject({ installUrl: z.url() }).parse(asked.body);
    expect(new URL(installUrl).searchParams.get("redirect_uri")).toBe(returnUrl);
    expect(asked.headers.get("x-ratelimit-endpoint-class")).toBe("write");
    expectRefusal(await ask("?returnUrl=https://evil.example/"), "RETURN_URL_NOT_ALLOWED");
    const bad = expectRefusal(await ask("?returnUrl=http://portal.example/"), "INVALID_REQUEST");
    expect(Object.keys(bad.fieldErrors ?? {})).toEqual(["returnUrl"]);
    expectRefusal(await ask("?other=1"), "INVALID_REQUEST");
  });
});
