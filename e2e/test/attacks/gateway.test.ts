import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../../src/attacks/target.ts";
import { expectSafeHeaders } from "../../src/attacks/unharmed.ts";
import { sendBytes, toBytes } from "../../src/attacks/wire.ts";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import { bindAcme } from "../../src/journey.ts";
import { openPersonal, type Personal } from "../../src/personal.ts";
import { callOver, transports } from "../../src/transports.ts";
import { githubCallsDuring, intercept, type Outgoing } from "../../src/upstream.ts";
import { ownConnection } from "../../src/visit.ts";

let connector: Connector;
let partner: Partner;
let personal: Personal;
beforeAll(async () => {
  connector = await startConnector({ edition: "ghes-3.3" });
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
  personal = await openPersonal(connector);
  await makeKnown();
}, 60_000);
afterAll(() => connector[Symbol.asyncDispose]());

/** For a minute it is known then that the user token is this App's. */
const makeKnown = () =>
  send("GET /user/installations", connector.url, { key: personal.ghu, headers: ownConnection });

/** Between raw requests a kept connection may end; each call has one of its own. */
const headersOfItsOwn = () => ({ ...ownConnection, ...fromNewAddress() });

const places = (): string[] => [connector.url, connector.remoteUrl];
const prefixes = ["", "/api/v3"];

/** Sends a request line as it is, with nothing that would tidy its path up. */
async function expectRefusedAtOnce(line: string, key: string, status: number): Promise<void> {
  const reached = await githubCallsDuring(connector, async () => {
    for (const url of places()) {
      const headers = [`Authorization: Bearer ${key}`];
      const answer = await sendBytes(url, toBytes(url, line, { headers }));
      expect({ line, status: answer.status }).toEqual({ line, status });
    }
  });
  expect(reached).toEqual([]);
}

describe("what stands in a path never leads to another one at GitHub", () => {
  const ambiguous = [
    "5001/../5003",
    "5001%2f..%2f5003",
    "..",
    "%2e%2e",
    "5001%5c5003",
    "5001//5003",
    "5001%00",
    "5001;5003",
  ];
  const malformed = [
    "0",
    "-1",
    "1e3",
    "05001",
    "%EF%BC%99",
    "+5001",
    "5001.0",
    "0x1389",
    "%205001",
    "9007199254740993",
    "null",
  ];

  test.each(ambiguous)("A209: an installation %s is 400", async (id) => {
    for (const prefix of prefixes)
      await expectRefusedAtOnce(
        `GET ${prefix}/user/installations/${id}/repositories`,
        personal.ghu,
        400,
      );
  });

  test.each(malformed)("A209: an installation %s is 422", async (id) => {
    for (const prefix of prefixes)
      await expectRefusedAtOnce(
        `GET ${prefix}/user/installations/${id}/repositories`,
        personal.ghu,
        422,
      );
  });

  test.each(malformed)("A209: a repository %s is 422", async (id) => {
    const path = `/user/installations/${personal.installationId}/repositories/${id}`;
    await expectRefusedAtOnce(`PUT ${path}`, personal.ghp, 422);
    await expectRefusedAtOnce(`DELETE ${path}`, personal.ghp, 422);
  });

  test("A208: an organization with a path in it is 400", async () => {
    const org = "acme%2finstallations%2f5003%2faccess_tokens";
    const path = `/enterprises/acme-corp/apps/organizations/${org}/installations`;
    for (const prefix of prefixes)
      await expectRefusedAtOnce(`GET ${prefix}${path}`, personal.ghs, 400);
  });

  test("A208 A209: whatever the names are, the path at GitHub has them in their places or is not asked for", async () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom("a", ".", "/", "%", "2", "e", "f", "\\", "?", "#"),
        maxLength: 8,
      }),
      fc.stringMatching(/^[\w.-]{1,100}$/),
    );
    const content_reference_id = 5;
    await fc.assert(
      fc.asyncProperty(name, name, async (owner, repo) => {
        connector.advance(2);
        const input = { owner, repo, content_reference_id, title: "A-1", body: "An error" };
        const call = {
          name: "githubApi.createContentAttachment",
          key: partner.key,
          input,
          headers: ownConnection,
        };
        const reached = await githubCallsDuring(connector, async () => {
          expect([404, 422]).toContain((await callOver("tRPC", connector, call)).status);
        });
        const asked = reached.filter((each) => !each.endsWith("/access_tokens"));
        const isName = (text: string) => /^(?!\.{1,2}$)[\w.-]{1,100}$/.test(text);
        const path = `/repos/${owner}/${repo}/content_references/5/attachments`;
        expect(asked).toEqual(isName(owner) && isName(repo) ? [`POST ${path}`] : []);
      }),
      { numRuns: 100 },
    );
  }, 30_000);
});

describe("A211: pages that no list has", () => {
  const pages = [
    "per_page=0",
    "per_page=101",
    "per_page=-1",
    "per_page=abc",
    "per_page=1e9",
    "per_page=100;drop",
    "per_page=",
    "per_page=1&per_page=2",
    "page=0",
    "page=-1",
    "page=1e18",
    "page=1000000000000000000",
    "page=2.5",
  ];
  beforeAll(makeKnown);

  test.each(pages)("%s is 422", async (query) => {
    const lists: [path: string, key: string][] = [
      ["/installation/repositories", partner.key],
      ["/installation/repositories", personal.ghs],
      ["/user/installations", personal.ghu],
      [`/user/installations/${personal.installationId}/repositories`, personal.ghu],
    ];
    for (const [path, key] of lists) await expectRefusedAtOnce(`GET ${path}?${query}`, key, 422);
  });
});

describe("A215: what a caller says in headers", () => {
  const said = {
    accept: "application/vnd.github.evil-preview+json",
    "x-github-api-version": "2026-03-10",
    "x-github-otp": "123456",
    "x-github-stateless-s2s-token": "enabled",
    "x-hub-signature-256": "sha256=00",
    "x-http-method-override": "DELETE",
    "x-forwarded-host": "evil.example",
    "user-agent": "evil",
    cookie: "user_session=evil",
    "if-none-match": '"evil"',
    "if-modified-since": "Sat, 21 Nov 2026 00:00:00 GMT",
    range: "bytes=0-1",
    "time-zone": "Europe/Berlin",
  };

  test.each(transports)("is not passed on over %s", async (transport) => {
    const calls = [
      { name: "githubApi.listInstallationRepositories", key: partner.key },
      { name: "githubApi.listInstallationRepositories", key: personal.ghs },
      { name: "githubApi.listUserInstallations", key: personal.ghu },
    ];
    for (const call of calls) {
      const headers = { ...said, ...headersOfItsOwn() };
      const sent: Record<string, string>[] = [];
      const note = ({ headers: each, send: pass }: Outgoing) => {
        sent.push(Object.fromEntries(each));
        return pass();
      };
      const answer = await intercept(connector, note, () =>
        callOver(transport, connector, { ...call, headers }),
      );
      expect(answer.status).toBe(200);
      const { authorization, ...others } = sent.at(-1) ?? {};
      expect(others).toEqual({
        accept: "application/vnd.github+json",
        "user-agent": expect.stringMatching(/^layers-connector /) as string,
        "x-github-api-version": "2022-11-28",
      });
      const isPartner = call.key === partner.key;
      if (isPartner) expect(authorization).toMatch(/^Bearer ghs_/);
      else expect(authorization).toBe(`Bearer ${call.key}`);
      expect(JSON.stringify(sent)).not.toContain(partner.key);
    }
  });
});

describe("credentials are not mixed", () => {
  const list = "/installation/repositories";
  const odd: [what: string, (key: string, ghs: string) => string[]][] = [
    ["both in one header", (key, ghs) => [`Authorization: Bearer ${key}, Bearer ${ghs}`]],
    [
      "a prefix in capitals",
      (_key, ghs) => [`Authorization: Bearer ${ghs.replace("ghs_", "GHS_")}`],
    ],
    ["a Basic credential", (_key, ghs) => [`Authorization: Basic ${btoa(`x:${ghs}`)}`]],
    ["one in a cookie", (_key, ghs) => [`Cookie: token=${ghs}`]],
    ["one in another header", (key) => [`X-Api-Key: ${key}`]],
    ["no scheme", (_key, ghs) => [`Authorization: ${ghs}`]],
    ["the prefix alone", () => ["Authorization: token ghs_"]],
    ["a key that looks like GitHub's", (key) => [`Authorization: token ghs_ ${key}`]],
  ];
  test.each(odd)("%s is 401, and GitHub is not asked", async (_what, toHeaders) => {
    const reached = await githubCallsDuring(connector, async () => {
      for (const url of places()) {
        const headers = [
          ...toHeaders(partner.key, personal.ghs),
          `X-Forwarded-For: ${fromNewAddress()["x-forwarded-for"]}`,
        ];
        const answer = await sendBytes(url, toBytes(url, `GET ${list}`, { headers }));
        expect(answer.status).toBe(401);
      }
    });
    expect(reached).toEqual([]);
  });

  test("two Authorization headers are refused, and GitHub is not asked", async () => {
    const reached = await githubCallsDuring(connector, async () => {
      const headers = [
        `Authorization: Bearer ${partner.key}`,
        `Authorization: Bearer ${personal.ghs}`,
      ];
      const { url } = connector;
      const { status } = await sendBytes(url, toBytes(url, `GET ${list}`, { headers }));
      expect([400, 401]).toContain(status);
    });
    expect(reached).toEqual([]);
  });

  test("a credential of GitHub is worth nothing on our own routes, and is not shown to GitHub", async () => {
    const reached = await githubCallsDuring(connector, async () => {
      for (const key of [personal.ghs, personal.ghu, personal.ghp, personal.github_pat])
        for (const name of ["github.listRepos", "github.createToken", "keys.whoami"])
          for (const transport of transports) {
            const headers = headersOfItsOwn();
            const answer = await callOver(transport, connector, { name, key, headers });
            expect(answer.status).toBe(401);
          }
    });
    expect(reached).toEqual([]);
  });

  test("a user token that is not this App's is asked about once, and never passed on", async () => {
    const key = `ghu_${"z".repeat(36)}`;
    const reached = await githubCallsDuring(connector, async () => {
      for (let tried = 0; tried < 5; tried++) {
        const call = { name: "githubApi.listUserInstallations", key, headers: headersOfItsOwn() };
        expect((await callOver("REST", connector, call)).status).toBe(401);
      }
    });
    expect(reached).toEqual([`POST /applications/${connector.sandbox.app.clientId}/token`]);
  });

  test("a partner is served with his installation's token alone, and the App's key is not used for it", async () => {
    const before = connector.sandbox.requests().length;
    await send(`GET ${list}`, connector.url, { key: partner.key, headers: ownConnection });
    const forwarded = connector.sandbox
      .requests()
      .slice(before)
      .filter(({ path }) => path.endsWith(list));
    expect(forwarded.map(({ credential }) => credential)).toEqual(["ghs"]);
  });

  test("every refusal has the headers of every answer", async () => {
    const answer = await send(`GET ${list}`, connector.url, {
      key: personal.github_pat,
      headers: ownConnection,
    });
    expect(answer.status).toBe(403);
    expectSafeHeaders(answer);
  });
});
