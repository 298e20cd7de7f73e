import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import { bindAcme } from "../../src/journey.ts";
import {
  addUser,
  portalOrigin,
  presentations,
  sessionHeaders,
  signSession,
} from "../../src/portal.ts";
import { expectBudgetHeaders, expectRefusal } from "../../src/refusal.ts";
import { callOver, transports } from "../../src/transports.ts";

let connector: Connector;
let partner: Partner;
beforeEach(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
});
afterEach(() => connector[Symbol.asyncDispose]());

const read = (headers: Record<string, string>) =>
  send("GET /v1/github/installation", connector.url, { headers });

describe("a portal user", () => {
  test.each(transports)("acts for his organization without a key, over %s", async (transport) => {
    const proven = await bindAcme(connector, partner);
    for (const role of ["owner", "admin", "member"] as const) {
      const { session } = await addUser(connector, partner.organizationId, role);
      for (const presentation of presentations) {
        const headers = sessionHeaders(presentation, session);
        const call = { name: "github.getInstallation", headers };
        const answer = await callOver(transport, connector, call);
        expect(answer.body).toMatchObject({ installationId: proven.installationId });
        expectBudgetHeaders(answer, true);
      }
    }
  });

  test("who is a member reads, and writes nothing", async () => {
    const { session } = await addUser(connector, partner.organizationId, "member");
    const headers = sessionHeaders("cookie", session);
    const answer = await send("DELETE /v1/github/installation", connector.url, { headers });
    expectRefusal(answer, "FORBIDDEN");
    expectBudgetHeaders(answer, true);
  });

  test("of several organizations says for which he calls", async () => {
    const other = await connector.addPartner();
    const { userId, session } = await addUser(connector, partner.organizationId);
    await connector.operator.putMember({
      organizationId: other.organizationId,
      userId,
      role: "member",
    });
    await bindAcme(connector, partner);
    const headers = sessionHeaders("Bearer", session);
    const unsaid = await read(headers);
    expect(expectRefusal(unsaid, "VALIDATION").issues).toEqual([
      { path: "X-Organization-Id", message: "Required." },
    ]);
    expectBudgetHeaders(unsaid, true);
    const asOf = (organizationId: string) =>
      read({ ...headers, "x-organization-id": organizationId });
    expect(await asOf(partner.organizationId)).toMatchObject({ status: 200 });
    expectRefusal(await asOf(other.organizationId), "NOT_FOUND");
    expectRefusal(await asOf((await connector.addPartner()).organizationId), "FORBIDDEN");
  });

  test("J-07 A170: is refused at the next call after he was removed, with one body for strangers", async () => {
    const { userId, session } = await addUser(connector, partner.organizationId);
    const headers = sessionHeaders("cookie", session);
    expectRefusal(await read(headers), "NOT_FOUND");
    await connector.operator.removeMember({ organizationId: partner.organizationId, userId });
    const removed = await read(headers);
    expectRefusal(removed, "FORBIDDEN");
    expectBudgetHeaders(removed, true);
    const stranger = await read(sessionHeaders("Bearer", await signSession(randomUUID())));
    expect(stranger.text).toBe(removed.text);
  });

  test("of a suspended organization is refused", async () => {
    const { session } = await addUser(connector, partner.organizationId);
    await connector.operator.setSuspended(partner.organizationId, true);
    expectRefusal(await read(sessionHeaders("Bearer", session)), "FORBIDDEN");
  });

  test("has a budget of his own", async () => {
    const { session } = await addUser(connector, partner.organizationId);
    const { headers } = await read(sessionHeaders("cookie", session));
    expect(headers.get("ratelimit-policy")).toBe('"read";q=120;w=60');
    expect(headers.get("ratelimit")).toMatch(/^"read";r=119;/);
  });
});

describe("O-15: a call shows one credential", () => {
  test("A146: an invalid bearer is not mended by a valid cookie", async () => {
    const { session } = await addUser(connector, partner.organizationId);
    const cookie = sessionHeaders("cookie", session);
    for (const authorization of ["Bearer invalid", "Bearer", "Basic YTpi", `Bearer ${session}x`])
      expectRefusal(await read({ ...cookie, authorization }), "UNAUTHENTICATED");
  });

  test("an API key beside a session cookie is the key's call", async () => {
    const { session } = await addUser(connector, partner.organizationId);
    const headers = {
      ...sessionHeaders("cookie", session),
      authorization: `Bearer ${partner.key}`,
    };
    const answer = await read(headers);
    expect(answer.headers.get("ratelimit-policy")).not.toContain("q=120");
  });

  test("a session is no credential where only partners call", async () => {
    const { session } = await addUser(connector, partner.organizationId);
    for (const presentation of presentations) {
      const headers = sessionHeaders(presentation, session);
      expectRefusal(await send("GET /v1/whoami", connector.url, { headers }), "UNAUTHENTICATED");
    }
  });
});

test("H-12: partners' routes are shared with no origin, tRPC with the portal's", async () => {
  const of = async (path: string, origin: string) =>
    (await fetch(connector.url + path, { headers: { origin } })).headers.get(
      "access-control-allow-origin",
    );
  expect(await of("/v1/github/installation", portalOrigin)).toBeNull();
  expect(await of("/trpc/github.getInstallation", portalOrigin)).toBe(portalOrigin);
  expect(await of("/trpc/github.getInstallation", "https://evil.example")).toBeNull();
});
