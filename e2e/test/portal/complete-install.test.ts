import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { readDatabase } from "../../src/database.ts";
import { send } from "../../src/http.ts";
import { linkGitHub } from "../../src/link.ts";
import {
  addUser,
  type PortalUser,
  portalOrigin,
  presentations,
  sessionHeaders,
} from "../../src/portal.ts";
import { type Completion, startCompletion } from "../../src/portal-completion.ts";
import { expectBudgetHeaders, expectRefusal } from "../../src/refusal.ts";
import { callOver, transports } from "../../src/transports.ts";
import { githubCallsDuring } from "../../src/upstream.ts";
import { openSession, visit } from "../../src/visit.ts";

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

describe("completing an installation, as seed 003 documents it", () => {
  test("saves it with a cookie and with a bearer token, at both paths", async () => {
    await linkGitHub(connector, user, "octo-admin");
    const paths = ["/github/app/install/complete", "/api/github/app/install/complete"];
    const statuses = [];
    for (const path of paths)
      for (const presentation of presentations) {
        const headers = sessionHeaders(presentation, user.session);
        const body = { installation_id: installationId, setup_action: "install" };
        const answer = await send(`POST ${path}`, connector.url, { headers, body });
        expect(answer.status).toBe(200);
        expectBudgetHeaders(answer, true);
        statuses.push(answer.body);
      }
    const updated = { ok: true, status: "updated" };
    expect(statuses).toEqual([{ ok: true, status: "installed" }, updated, updated, updated]);
    expect(await bound()).toMatchObject([
      { organizationId: user.organizationId, installationId, accountLogin: "acme-coffee" },
    ]);
  });

  test.each(transports)("says the same over %s", async (transport) => {
    await linkGitHub(connector, user, "octo-admin");
    const headers = sessionHeaders("Bearer", user.session);
    const input = { installation_id: installationId };
    const call = { name: "portal.completeInstall", headers, input };
    const answer = await callOver(transport, connector, call);
    expect([answer.status, answer.body]).toEqual([200, { ok: true, status: "installed" }]);
  });

  test.each<[string, unknown, string[]]>([
    ["A145: no id", {}, ["installation_id"]],
    ["A145: an id of 0", { installation_id: 0 }, ["installation_id"]],
    ["A145: an id as text", { installation_id: "5001" }, ["installation_id"]],
    ["A145: a fraction", '{"installation_id":1.5}', ["installation_id"]],
    ["A145: an exponent", '{"installation_id":1e3}', ["installation_id"]],
    ["A145: an id beyond 2^53", '{"installation_id":9007199254740993}', ["installation_id"]],
    [
      "A145: setup_action request",
      { installation_id: 1, setup_action: "request" },
      ["setup_action"],
    ],
    [
      "A145: setup_action INSTALL",
      { installation_id: 1, setup_action: "INSTALL" },
      ["setup_action"],
    ],
    ["A145: setup_action null", { installation_id: 1, setup_action: null }, ["setup_action"]],
    ["A145: an extra key", { installation_id: 1, state: "x" }, ["state"]],
    [
      "two bad fields",
      { installation_id: -1, setup_action: 5 },
      ["installation_id", "setup_action"],
    ],
  ])("400: %s, told field by field", async (_what, body, paths) => {
    const before = readDatabase(connector);
    const reached = await githubCallsDuring(connector, async () => {
      const envelope = expectRefusal(await complete({ body }), "INVALID_REQUEST");
      expect(Object.keys(envelope).toSorted()).toEqual(["code", "error", "fieldErrors", "issues"]);
      expect(envelope.issues?.map(({ path }) => path).toSorted()).toEqual(paths);
      for (const { path, message } of envelope.issues ?? [])
        expect(envelope.fieldErrors?.[path]).toBe(message);
    });
    expect(reached).toEqual([]);
    expect(readDatabase(connector)).toEqual(before);
  });

  test("401: not authenticated has an error and a code, and does not ask to reconnect", async () => {
    const answer = await send("POST /github/app/install/complete", connector.url, {
      body: { installation_id: installationId },
    });
    expect(expectRefusal(answer, "UNAUTHENTICATED")).toEqual({
      error: "A valid credential is required.",
      code: "UNAUTHENTICATED",
    });
  });

  test("401: a proof that needs a link asks to reconnect, and linking mends it", async () => {
    const answer = await complete();
    expectRefusal(answer, "GITHUB_RECONNECT");
    expectBudgetHeaders(answer, true);
    expect(answer.body).toEqual({
      error: "Your GitHub account must be linked again.",
      code: "GITHUB_RECONNECT",
      reconnect: true,
    });
    await linkGitHub(connector, user, "octo-admin");
    connector.sandbox.world.revokeAuthorization("octo-admin");
    expect((await complete()).body).toMatchObject({ reconnect: true });
    await linkGitHub(connector, user, "octo-admin");
    expect(await complete()).toMatchObject({ status: 200, body: { status: "installed" } });
  });

  test("429: too many have retryAfter", async () => {
    const answers = [];
    for (let each = 0; each < 61; each++) answers.push(await complete({ body: {} }));
    const last = answers.at(-1);
    if (!last) throw new Error("Expected answers.");
    const envelope = expectRefusal(last, "RATE_LIMITED");
    expect(Object.keys(envelope).toSorted()).toEqual(["code", "error", "retryAfter"]);
  });

  test("500: a failure of ours has an error and a code, and nothing else", async () => {
    await using failing = await startConnector({
      wrapStore: (store) => ({
        ...store,
        bindings: {
          ...store.bindings,
          findActive: () => Promise.reject(new TypeError("cannot read /home/x.ts")),
        },
      }),
    });
    const { organizationId } = await failing.addPartner();
    const { session } = await addUser(failing, organizationId);
    const headers = sessionHeaders("Bearer", session);
    const body = { installation_id: 1 };
    const target = "POST /github/app/install/complete";
    const answer = await send(target, failing.url, { headers, body });
    expect(expectRefusal(answer, "INTERNAL")).toEqual({
      error: "Something went wrong on our side.",
      code: "INTERNAL",
    });
  });

  test("502: a GitHub that fails leaves nothing behind", async () => {
    await linkGitHub(connector, user, "octo-admin");
    const before = readDatabase(connector);
    const match = { path: "/app/installations/*" };
    connector.sandbox.fault({ match, kind: "status", status: 500 });
    expectRefusal(await complete(), "GITHUB_UNAVAILABLE");
    expect(readDatabase(connector)).toEqual(before);
  });
});

describe("the proof", () => {
  test("is one answer for what one does not administer, what is another's and what does not exist", async () => {
    const other = await connector.addPartner();
    const stranger = await addUser(connector, other.organizationId);
    await linkGitHub(connector, user, "octo-admin");
    await linkGitHub(connector, stranger, "octo-admin");
    expect((await complete()).status).toBe(200);
    const globex = connector.sandbox.world.installation("globex")?.id;
    const enterprise = 999_999_999;
    const bodies = new Set<string>();
    for (const installation_id of [installationId, globex, enterprise]) {
      const answer = await complete({ by: stranger, body: { installation_id } });
      expectRefusal(answer, "FORBIDDEN");
      bodies.add(answer.text);
    }
    expect(bodies.size).toBe(1);
    const [line] = await connector.store.audit.list({ organizationId: other.organizationId }, 1);
    expect(line).toMatchObject({ action: "installation.claim_denied" });
  });

  test.each([
    ["a member of the account who is no owner", "octo-member"],
    ["somebody else", "octocat"],
  ])("is not given by %s", async (_who, login) => {
    await linkGitHub(connector, user, login);
    expectRefusal(await complete(), "FORBIDDEN");
    expect(await bound()).toEqual([]);
  });

  test("is not given for a suspended installation", async () => {
    await linkGitHub(connector, user, "octo-admin");
    connector.sandbox.world.suspend("acme-coffee");
    expectRefusal(await complete(), "FORBIDDEN");
  });

  test("is an install attempt of the user's own that has proven it, without a link", async () => {
    const headers = sessionHeaders("cookie", user.session);
    const asked = await send("GET /github/app/install-url", connector.url, { headers });
    const { installUrl } = z.strictObject({ installUrl: z.url() }).parse(asked.body);
    const state = new URL(installUrl).searchParams.get("state") ?? "";
    const person = await openSession(connector.sandbox, "octo-admin");
    const query = new URLSearchParams({ installation_id: String(installationId), state });
    const callback = `${connector.url}/github/app/callback?${query}&setup_action=install`;
    const arrived = await visit(callback, person, { endsAt: portalOrigin });
    expect(arrived).toEqual({
      partner: { installation_id: String(installationId), state, setup_action: "install" },
    });

    const colleague = await addUser(connector, partner.organizationId);
    expectRefusal(await complete({ by: colleague }), "GITHUB_RECONNECT");
    const other = await connector.addPartner();
    const outsider = await addUser(connector, other.organizationId);
    expectRefusal(await complete({ by: outsider }), "GITHUB_RECONNECT");
    expect(await complete()).toMatchObject({ status: 200, body: { status: "installed" } });
    expect(await complete()).toMatchObject({ status: 200, body: { status: "updated" } });
    const attempt = await send(
      `GET /v1/github/installation/attempt?state=${state}`,
      connector.url,
      {
        headers,
      },
    );
    expect(attempt.body).toMatchObject({ status: "bound", installationId });
  });

  test("by a link is an attempt that is bound, written with the binding", async () => {
    await linkGitHub(connector, user, "octo-admin");
    await complete();
    const [binding] = await bound();
    expect(await connector.store.attempts.find(binding?.attemptId ?? "")).toMatchObject({
      status: "bound",
      userId: user.userId,
      apiKeyId: null,
      installationId,
      proofKind: "organization_admin",
      accountLogin: "acme-coffee",
    });
    const actor = `user:${user.userId}`;
    expect(
      await connector.store.audit.list({ organizationId: user.organizationId }, 2),
    ).toMatchObject([
      { action: "installation.bind", actor },
      { action: "installation.prove", actor },
    ]);
  });
});
