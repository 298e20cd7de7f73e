import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { readDatabase } from "../../src/database.ts";
import { send } from "../../src/http.ts";
import { authorizeAtGitHub, linkGitHub, nameAndValue, startLink } from "../../src/link.ts";
import {
  addUser,
  type PortalUser,
  portalCookie,
  portalOrigin,
  presentations,
  sessionHeaders,
} from "../../src/portal.ts";
import { expectBudgetHeaders, expectRefusal } from "../../src/refusal.ts";
import { githubCallsDuring } from "../../src/upstream.ts";

let connector: Connector;
let partner: Partner;
let user: PortalUser;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  user = await addUser(connector, partner.organizationId);
});
afterEach(() => connector[Symbol.asyncDispose]());

const status = async ({ session }: PortalUser) =>
  (await send("GET /github/status", connector.url, { headers: sessionHeaders("Bearer", session) }))
    .body;

const visit = (url: string, cookies: readonly string[], headers: Record<string, string> = {}) =>
  fetch(url, { redirect: "manual", headers: { cookie: cookies.join("; "), ...headers } });

const sessionCookie = ({ session }: PortalUser) => `${portalCookie}=${session}`;

/** What a browser that has the session as a cookie sets out with. */
async function setOut(
  query = "",
): Promise<{ page: string; flowCookie: string; setCookie: string }> {
  const response = await visit(`${connector.url}/github/link${query}`, [sessionCookie(user)]);
  expect(response.status).toBe(302);
  const [setCookie = ""] = response.headers.getSetCookie();
  const page = response.headers.get("location") ?? "";
  return { page, setCookie, flowCookie: nameAndValue(setCookie) };
}

describe("linking a GitHub account", () => {
  test("takes a browser with a session cookie through GitHub and back", async () => {
    const { page, flowCookie, setCookie } = await setOut();
    const asked = new URL(page).searchParams;
    expect(Buffer.from(asked.get("state") ?? "", "base64url")).toHaveLength(32);
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("redirect_uri")).toBe(`${connector.url}/github/link/callback`);
    expect(setCookie).toMatch(/; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);

    const callback = await authorizeAtGitHub(connector, page, "octo-admin");
    const arrived = await visit(callback, [sessionCookie(user), flowCookie]);
    expect(arrived.status).toBe(200);
    expect(await arrived.text()).toContain("Your GitHub account is linked");
    expect(await status(user)).toMatchObject({ connected: true, username: "octo-admin" });
  });

  test("returns to the page that asked for it, if it is one of the portal's", async () => {
    const returnUrl = `${portalOrigin}/settings?tab=github`;
    const query = `?${new URLSearchParams({ returnUrl })}`;
    const { page, flowCookie } = await setOut(query);
    const callback = await authorizeAtGitHub(connector, page, "octo-admin");
    const arrived = await visit(callback, [sessionCookie(user), flowCookie]);
    expect(arrived.status).toBe(303);
    expect(arrived.headers.get("location")).toBe(returnUrl);

    for (const presentation of presentations) {
      const headers = sessionHeaders(presentation, user.session);
      const post = (body: object) => send("POST /github/link", connector.url, { headers, body });
      expectRefusal(await post({ returnUrl: "https://evil.example/" }), "RETURN_URL_NOT_ALLOWED");
      const bad = expectRefusal(
        await post({ returnUrl: "javascript:alert(1)" }),
        "INVALID_REQUEST",
      );
      expect(Object.keys(bad.fieldErrors ?? {})).toEqual(["returnUrl"]);
      expectRefusal(await post({ other: 1 }), "INVALID_REQUEST");
    }
  });

  test("that a page with a bearer token begins is ended by the browser's cookie alone", async () => {
    const { callback, cookie } = await startLink(connector, user, { login: "octo-admin" });
    expect((await visit(callback, [])).status).toBe(400);
    expect((await visit(callback, [cookie])).status).toBe(200);
    expect(await status(user)).toMatchObject({ connected: true, username: "octo-admin" });
  });

  test("works once for each state", async () => {
    const { callback, cookie } = await startLink(connector, user, { login: "octo-admin" });
    expect((await visit(callback, [cookie])).status).toBe(200);
    const reached = await githubCallsDuring(connector, async () => {
      expect((await visit(callback, [cookie])).status).toBe(400);
    });
    expect(reached).toEqual([]);
  });

  test("ends ten minutes after it began", async () => {
    const { callback, cookie } = await startLink(connector, user, { login: "octo-admin" });
    connector.advance(600);
    expect((await visit(callback, [cookie])).status).toBe(400);
    expect(await status(user)).toEqual({ connected: false, appInstalled: false });
  });

  test("that a session cookie began needs that session at its end", async () => {
    const other = await addUser(connector, partner.organizationId);
    for (const cookies of [[], [sessionCookie(other)], [`${portalCookie}=expired`]]) {
      const { page, flowCookie } = await setOut();
      const callback = await authorizeAtGitHub(connector, page, "octo-admin");
      expect((await visit(callback, [...cookies, flowCookie])).status).toBe(400);
    }
    expect(await status(user)).toMatchObject({ connected: false });
    expect(await status(other)).toMatchObject({ connected: false });
  });

  test("is not ended by the browser of another user, who opens the attacker's callback", async () => {
    const attacker = await addUser(connector, partner.organizationId);
    const { callback, cookie } = await startLink(connector, attacker, { login: "octo-member" });
    expect((await visit(callback, [sessionCookie(user)])).status).toBe(400);
    expect((await visit(callback, [sessionCookie(user), cookie])).status).toBe(400);
    expect(await status(user)).toMatchObject({ connected: false });
  });

  test("of a user who was removed meanwhile links nothing", async () => {
    const { callback, cookie } = await startLink(connector, user, { login: "octo-admin" });
    await connector.operator.removeMember(user);
    expect((await visit(callback, [cookie])).status).toBe(400);
    expect(await connector.store.githubLinks.find(user.userId)).toBeUndefined();
  });

  test("that the person declines on GitHub is told to the portal", async () => {
    const returnUrl = `${portalOrigin}/settings`;
    const trip = await startLink(connector, user, { login: "octo-admin", body: { returnUrl } });
    const declined = new URL(trip.callback);
    declined.searchParams.delete("code");
    declined.searchParams.set("error", "access_denied");
    const arrived = await visit(declined.href, [trip.cookie]);
    expect(arrived.headers.get("location")).toBe(`${returnUrl}?error=access_denied`);
    expect(await status(user)).toMatchObject({ connected: false });
  });

  test("keeps tokens encrypted, and leaves a line in the audit log", async () => {
    await linkGitHub(connector, user, "octo-admin");
    expect(JSON.stringify(readDatabase(connector))).not.toMatch(/gh[ur]_/);
    const [line] = await connector.store.audit.list({ organizationId: user.organizationId }, 1);
    expect(line).toMatchObject({ action: "github.link", actor: `user:${user.userId}` });
  });

  test("A149: is not begun from an image, a frame, a look-ahead or another site", async () => {
    for (const headers of [
      { "sec-fetch-dest": "image" },
      { "sec-fetch-dest": "iframe" },
      { "sec-purpose": "prefetch" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      const begun = await visit(`${connector.url}/github/link`, [sessionCookie(user)], headers);
      expect(begun.status).toBe(403);
      expect(begun.headers.getSetCookie()).toEqual([]);
    }
  });
});

describe("who may link", () => {
  test("is whoever is signed in and belongs somewhere", async () => {
    const of = (method: string, headers: Record<string, string>) =>
      send(`${method} /github/link`, connector.url, {
        headers,
        ...(method === "POST" && { body: {} }),
      });
    for (const method of ["GET", "POST", "DELETE"]) {
      expectRefusal(await of(method, {}), "UNAUTHENTICATED");
      expectRefusal(
        await of(method, { authorization: `Bearer ${partner.key}` }),
        "UNAUTHENTICATED",
      );
    }
    await connector.operator.removeMember(user);
    for (const method of ["GET", "POST", "DELETE"]) {
      const answer = await of(method, sessionHeaders("cookie", user.session));
      expectRefusal(answer, "FORBIDDEN");
      expectBudgetHeaders(answer, true);
    }
  });

  test("a browser that is not signed in is shown a page", async () => {
    const response = await visit(`${connector.url}/github/link`, [], { accept: "text/html" });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toContain("text/html");
  });

  test("O-14: is no page of another site, by POST or DELETE with a cookie", async () => {
    await linkGitHub(connector, user, "octo-admin");
    const headers = { cookie: sessionCookie(user), "sec-fetch-site": "cross-site" };
    for (const target of ["POST /github/link", "DELETE /github/link"]) {
      const body = target.startsWith("POST") ? { body: {} } : {};
      expectRefusal(await send(target, connector.url, { headers, ...body }), "FORBIDDEN");
    }
    expect(await status(user)).toMatchObject({ connected: true });
  });

  test("A148: the portal's origin may read what it posts for", async () => {
    const preflight = await fetch(`${connector.url}/github/link`, {
      method: "OPTIONS",
      headers: { origin: portalOrigin, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(portalOrigin);
  });
});

describe("a link", () => {
  test("is removed by its user, as often as he says so", async () => {
    await linkGitHub(connector, user, "octo-admin");
    const headers = sessionHeaders("cookie", user.session);
    for (let each = 0; each < 2; each++) {
      const removed = await send("DELETE /github/link", connector.url, { headers });
      expect([removed.status, removed.text]).toEqual([204, ""]);
      expectBudgetHeaders(removed, true);
    }
    expect(await status(user)).toEqual({ connected: false, appInstalled: false });
    const lines = await connector.store.audit.list({ organizationId: user.organizationId }, 9);
    expect(lines.filter(({ action }) => action === "github.unlink")).toHaveLength(1);
  });

  test("that was revoked on GitHub is told apart from a GitHub that does not answer", async () => {
    await linkGitHub(connector, user, "octo-admin");
    connector.sandbox.fault({ match: { path: "/user" }, kind: "status", status: 500 });
    expect(await status(user)).toEqual({
      connected: false,
      username: "octo-admin",
      reason: "github_unreachable",
      appInstalled: false,
    });
    connector.sandbox.fault([]);
    connector.forgetOutages();
    connector.sandbox.world.revokeAuthorization("octo-admin");
    expect(await status(user)).toMatchObject({ connected: false, reason: "token_invalid" });
    await linkGitHub(connector, user, "octo-admin");
    expect(await status(user)).toMatchObject({
      connected: true,
      username: "octo-admin",
      avatarUrl: expect.stringMatching(/^http/) as string,
    });
  });
});
