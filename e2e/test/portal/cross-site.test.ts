import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { sendBytes } from "../../src/attacks/wire.ts";
import { type Connector, startConnector } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import {
  addUser,
  type PortalUser,
  portalCookie,
  portalOrigin,
  sessionHeaders,
  signSession,
} from "../../src/portal.ts";
import { expectRefusal } from "../../src/refusal.ts";

let connector: Connector;
let user: PortalUser;
beforeAll(async () => {
  connector = await startConnector();
  user = await addUser(connector, (await connector.addPartner()).organizationId);
});
afterAll(() => connector[Symbol.asyncDispose]());

const path = "/github/app/install/complete";
const cookieOf = ({ session }: PortalUser) => `${portalCookie}=${session}`;
const json = JSON.stringify({ installation_id: 5001 });

/** As a browser sends it that has the session's cookie, or a program that has the session. */
async function post(headers: Record<string, string>, body: string = json) {
  return send(`POST ${path}`, connector.url, {
    headers: { cookie: cookieOf(user), ...headers },
    body,
  });
}

/** What is let through asks for a link, which this user does not have. */
const passes = "GITHUB_RECONNECT";

const sites = ["same-origin", "same-site", "cross-site", "none", undefined] as const;
const types = [
  "application/json",
  "application/json; charset=utf-8",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
];
const origins = {
  "the portal": () => portalOrigin,
  ourselves: () => connector.url,
  "another site": () => "https://evil.example",
  "a look-alike": () => "https://portal.example.evil.example",
  null: () => "null",
  nowhere: () => undefined,
};
type From = keyof typeof origins;

/** The fixed set of what is let through, with JSON. */
const letThrough: readonly (readonly [(typeof sites)[number], From])[] = [
  ["same-origin", "the portal"],
  ["same-origin", "ourselves"],
  ["same-origin", "another site"],
  ["same-origin", "a look-alike"],
  ["same-origin", "null"],
  ["same-origin", "nowhere"],
  ["same-site", "the portal"],
  ["same-site", "ourselves"],
  [undefined, "the portal"],
  [undefined, "ourselves"],
];

test("O-14: of 150 ways to write with a cookie, twenty are let through", async () => {
  const counts: Record<string, number> = {};
  for (const site of sites)
    for (const from of Object.keys(origins) as From[])
      for (const type of types) {
        const origin = origins[from]();
        const answer = await post({
          "content-type": type,
          ...(site && { "sec-fetch-site": site }),
          ...(origin && { origin }),
        });
        const isListed = letThrough.some(([each, who]) => each === site && who === from);
        const code = isListed ? passes : "FORBIDDEN";
        const expected = type.startsWith("application/json") ? code : "UNSUPPORTED_MEDIA_TYPE";
        expect([site, from, type, (answer.body as { code: string }).code]).toEqual([
          site,
          from,
          type,
          expected,
        ]);
        counts[expected] = (counts[expected] ?? 0) + 1;
      }
  expect(counts).toEqual({ [passes]: 20, FORBIDDEN: 40, UNSUPPORTED_MEDIA_TYPE: 90 });
}, 60_000);

describe("a write with the person's cookie", () => {
  const refused = async (headers: Record<string, string>) => {
    const answer = await expectUnharmed(connector, () => post(headers), {
      secrets: [user.session],
    });
    expectRefusal(answer, "FORBIDDEN");
  };

  test("A131: from another site is refused", () =>
    refused({ "sec-fetch-site": "cross-site", origin: "https://evil.example" }));

  test("A133: that a person typed is refused", () => refused({ "sec-fetch-site": "none" }));

  test("A134: that says nothing of its page is refused, and with a bearer token it is not", async () => {
    await refused({});
    const headers = sessionHeaders("Bearer", user.session);
    const body = { installation_id: 5001 };
    expectRefusal(await send(`POST ${path}`, connector.url, { headers, body }), passes);
  });

  test.each([
    "https://portal.example.evil.example",
    "https://portal.exampleevil",
    "http://portal.example",
    "https://portal.example:8443",
    "https://PORTAL.EXAMPLE",
  ])("A136: from %s is refused", async (origin) => {
    await refused({ origin });
    await refused({ origin, "sec-fetch-site": "same-site" });
  });

  test("A137: that a form could send is refused for its type", async () => {
    const body = '{"installation_id":5001,"x":"=\r\n"}';
    const headers = { "content-type": "text/plain", "sec-fetch-site": "same-origin" };
    const answer = await expectUnharmed(connector, () => post(headers, body));
    expectRefusal(answer, "UNSUPPORTED_MEDIA_TYPE");
  });

  test("A139: with a cookie that a neighbour set beside it is refused", async () => {
    const attacker = await addUser(connector, user.organizationId);
    const both = [cookieOf(attacker), cookieOf(user)];
    const cookie = both.join("; ");
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    expectRefusal(await expectUnharmed(connector, () => post(headers)), "UNAUTHENTICATED");
    const { host } = new URL(connector.url);
    const fields = [
      `POST ${path} HTTP/1.1`,
      `Host: ${host}`,
      ...both.map((each) => `Cookie: ${each}`),
      "Sec-Fetch-Site: same-origin",
      "Content-Type: application/json",
      `Content-Length: ${json.length}`,
    ];
    const bytes = `${fields.join("\r\n")}\r\n\r\n${json}`;
    const answer = await expectUnharmed(connector, () => sendBytes(connector.url, bytes));
    expectRefusal(answer, "UNAUTHENTICATED");
  });

  test("A140: over tRPC as a form is not executed", async () => {
    const headers = {
      cookie: cookieOf(user),
      "sec-fetch-site": "cross-site",
      "content-type": "multipart/form-data; boundary=x",
    };
    const body = '--x\r\nContent-Disposition: form-data; name="0"\r\n\r\n{}\r\n--x--\r\n';
    const target = "POST /trpc/github.detachInstallation";
    const answer = await expectUnharmed(connector, () =>
      send(target, connector.url, { headers, body }),
    );
    expect(answer.status).toBe(415);
  });

  test("A142: over tRPC is no GET", async () => {
    const headers = { cookie: cookieOf(user), "x-http-method-override": "POST" };
    const target = "GET /trpc/github.detachInstallation?input={}";
    const answer = await expectUnharmed(connector, () => send(target, connector.url, { headers }));
    expect(answer.status).toBe(405);
  });

  test.each(["GET", "HEAD", "PUT", "DELETE", "PATCH"])("A143: is no %s", async (method) => {
    const headers = { cookie: cookieOf(user) };
    const answer = await expectUnharmed(connector, () =>
      send(`${method} ${path}`, connector.url, { headers }),
    );
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("A146: is not let in by a valid cookie beside an invalid bearer token", async () => {
    const headers = { authorization: "Bearer invalid", "sec-fetch-site": "same-origin" };
    expectRefusal(await expectUnharmed(connector, () => post(headers)), "UNAUTHENTICATED");
  });
});

test("A148: a preflight request is answered to the portal's origin alone", async () => {
  const ask = (origin: string) =>
    fetch(connector.url + path, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
  const allowed = await ask(portalOrigin);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get("access-control-allow-origin")).toBe(portalOrigin);
  expect(allowed.headers.get("vary")).toBe("Origin");
  expect(Number(allowed.headers.get("access-control-max-age"))).toBeLessThanOrEqual(600);
  for (const origin of ["https://evil.example", "null"])
    expect((await ask(origin)).headers.get("access-control-allow-origin")).toBeNull();
});

test("O-13: over HTTPS the link's cookie is __Host-, Secure and HttpOnly, for this host alone", async () => {
  await using secure = await startConnector({ publicUrl: "https://connect.example" });
  const { userId } = await addUser(secure, (await secure.addPartner()).organizationId);
  const headers = sessionHeaders("Bearer", await signSession(userId));
  const answer = await send("POST /github/link", secure.url, { headers, body: {} });
  const [name, ...attributes] = (answer.headers.getSetCookie()[0] ?? "").split("; ");
  expect(name).toMatch(/^__Host-layers-link-[0-9a-f]{16}=/);
  expect(attributes).toEqual(["Max-Age=600", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"]);
});
