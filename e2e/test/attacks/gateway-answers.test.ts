import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AnyErrorEnvelope } from "@layers/contracts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../../src/attacks/target.ts";
import { type Connector, type Partner, startConnector } from "../../src/connector.ts";
import { type Answer, send } from "../../src/http.ts";
import { bindAcme } from "../../src/journey.ts";
import { openPersonal, type Personal } from "../../src/personal.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { endFaults, githubCallsDuring, intercept, whileAnswersAre } from "../../src/upstream.ts";

let connector: Connector;
let partner: Partner;
let sibling: Partner;
let personal: Personal;
beforeAll(async () => {
  connector = await startConnector({ edition: "ghes-3.3" });
  partner = await connector.addPartner();
  sibling = await connector.addPartner({ organizationId: partner.organizationId });
  await bindAcme(connector, partner);
  personal = await openPersonal(connector);
}, 60_000);
afterAll(() => connector[Symbol.asyncDispose]());
afterEach(() => {
  endFaults(connector);
  connector.forgetOutages();
});

const path = "/installation/repositories";
const list = (key: string, headers: Record<string, string> = {}, query = "") =>
  send(`GET ${path}${query}`, connector.url, { key, headers });
const etagOf = ({ headers }: Answer) => headers.get("etag") ?? "";

describe("an ETag", () => {
  test("of one credential tells nobody else that the answer is the same", async () => {
    const [mine, theirs] = [await list(partner.key), await list(sibling.key)];
    expect(mine.text).toBe(theirs.text);
    expect(etagOf(mine)).not.toBe(etagOf(theirs));
    expect((await list(sibling.key, { "if-none-match": etagOf(mine) })).status).toBe(200);
    expect((await list(partner.key, { "if-none-match": etagOf(mine) })).status).toBe(304);
  });

  test("is compared only after GitHub has answered, so that it never stands for a right", async () => {
    const tag = etagOf(await list(partner.key));
    const headers = { "if-none-match": `${tag}, *` };
    expect(await githubCallsDuring(connector, () => list(partner.key, headers))).toEqual([
      `GET ${path}`,
    ]);
    expect((await list("lp_test_nobodys", { ...headers, ...fromNewAddress() })).status).toBe(401);
    expect((await list(personal.ghp, { "if-none-match": "*" })).status).toBe(403);
    connector.sandbox.fault({ kind: "status", status: 500, match: { path } });
    expect((await list(partner.key, headers)).status).toBe(502);
  });

  test("is not GitHub's, and GitHub's is not passed on", async () => {
    const atGitHub = await send(`GET ${path}`, connector.sandbox.apiUrl, {
      key: personal.ghs,
      headers: { "user-agent": "e2e" },
    });
    const ours = await list(personal.ghs);
    expect(ours.body).toEqual(atGitHub.body);
    expect(etagOf(ours)).not.toBe(etagOf(atGitHub));
    expect((await list(personal.ghs, { "if-none-match": etagOf(atGitHub) })).status).toBe(200);
  });

  test("is there on reads alone, and on no refusal", async () => {
    const { ghp, installationId: id, otherRepositoryId: other } = personal;
    const add = await send(`PUT /user/installations/${id}/repositories/${other}`, connector.url, {
      key: ghp,
    });
    expect([add.status, add.headers.has("etag")]).toEqual([204, false]);
    expect((await list(ghp)).headers.has("etag")).toBe(false);
  });
});

describe("A229: answers are nobody else's", () => {
  test("no answer may be kept by a cache between, a 304 neither", async () => {
    const first = await list(partner.key);
    const second = await list(partner.key, { "if-none-match": etagOf(first) });
    for (const answer of [first, second, await list(personal.ghp)])
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([
        answer.status,
        "no-store",
      ]);
  });

  test("each of many callers at once gets what is his", async () => {
    const ask = (key: string) => list(key, {}, "?per_page=1");
    const callers = [partner.key, personal.ghs, sibling.key];
    const own = await Promise.all(callers.map(async (key) => (await ask(key)).text));
    expect(own[0]).not.toBe(own[1]);
    const indices = Array.from({ length: 60 }, (_, each) => each % callers.length);
    const got = await Promise.all(
      indices.map(async (index) => (await ask(callers[index] ?? "")).text),
    );
    expect(got).toEqual(indices.map((index) => own[index]));
  }, 30_000);

  test("what was answered once is asked for again", async () => {
    const reached = await githubCallsDuring(connector, async () => {
      for (let each = 0; each < 3; each++) await list(personal.ghs);
    });
    expect(reached).toEqual(Array.from({ length: 3 }, () => `GET ${path}`));
  });
});

describe("A194: GitHub's Link", () => {
  const ours =
    /^<http:\/\/127\.0\.0\.1:\d+\/installation\/repositories\?(per_page=\d+&)?page=\d+>; rel="(first|prev|next|last)"$/;
  const withLink = (link: string): Promise<Answer> =>
    intercept(
      connector,
      async ({ url, send: pass }) => {
        const response = await pass();
        if (!url.includes(path)) return response;
        const headers = { ...Object.fromEntries(response.headers), link };
        return new Response(response.body, { headers });
      },
      () => list(partner.key, {}, "?per_page=1"),
    );
  const at = (target: string) => connector.sandbox.apiUrl + target;

  test.each([
    "https://evil.example/installation/repositories?page=2",
    "http://127.0.0.1@evil.example/?page=2",
    "//evil.example/?page=2",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "/installation/repositories?page=2",
    "",
  ])("to %s is 502, and is not followed", async (target) => {
    expectRefusal(await withLink(`<${target}>; rel="next"`), "GITHUB_UNAVAILABLE");
  });

  test.each([
    "/repositories/5/installation?page=2",
    "/installation/repositories?page=2&evil=1#x",
    "/installation/repositories?page=2&per_page=1;evil",
    "/installation/repositories?per_page=1&page=2%0d%0aX-Evil:1",
    "/../../evil?page=2",
  ])("to %s leads to our list, by numbers alone", async (target) => {
    const { status, headers } = await withLink(
      `<${at(target)}>; rel="next", <${at(target)}>; rel="evil"`,
    );
    expect(status).toBe(200);
    const link = headers.get("link") ?? "";
    expect(link.replace("?>", "?page=0>")).toMatch(
      target.includes("%0d") ? /^<[^<>]*\?per_page=1>; rel="next"$/ : ours,
    );
    expect(link).not.toContain("evil");
  });

  test("with thousands of brackets does not hold the service up", async () => {
    const { status } = await withLink(
      `${"<".repeat(4000)}${`<${at("/x?page=2")}>; rel="next",`.repeat(50)}`,
    );
    expect(status).toBe(200);
    expect((await send("GET /readyz", connector.url)).status).toBe(200);
  });
});

describe("A193 A197 A200: a GitHub that is not GitHub", () => {
  const bodies: [what: string, alter: (body: Record<string, unknown>) => unknown][] = [
    ["a page", () => "<!DOCTYPE html><html></html>"],
    ["JSON that ends too early", (body) => JSON.stringify(body).slice(0, -2)],
    ["a list", () => []],
    ["null", () => null],
    ["a count that is text", (body) => ({ ...body, total_count: "240" })],
    ["no repositories", ({ total_count }) => ({ total_count })],
    [
      "a repository without an owner",
      () => ({ total_count: 1, repositories: [{ id: 1, name: "x" }] }),
    ],
    ["ids as text", (body) => ({ ...body, repositories: [{ id: "1" }] })],
    ["eleven megabytes", (body) => ({ ...body, padding: "x".repeat(11 * 1024 * 1024) })],
  ];
  test.each(bodies)("that answers with %s is 502, in our own words", async (_what, alter) => {
    await whileAnswersAre({ path, alter }, connector, async () => {
      for (const key of [partner.key, personal.ghs])
        AnyErrorEnvelope.parse(expectRefusal(await list(key), "GITHUB_UNAVAILABLE"));
    });
  });

  test.each([301, 302, 303, 307, 308])(
    "that redirects with %i is 502, and the credential goes nowhere",
    async (status) => {
      const visits: string[] = [];
      const evil = createServer((req, res) => {
        visits.push(req.url ?? "");
        res.end("{}");
      }).listen(0, "127.0.0.1");
      await new Promise((resolve) => evil.once("listening", resolve));
      const location = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
      connector.sandbox.fault({ kind: "status", status, headers: { location }, match: { path } });
      for (const key of [partner.key, personal.ghs])
        expectRefusal(await list(key), "GITHUB_UNAVAILABLE");
      expect(visits).toEqual([]);
      await new Promise((resolve) => evil.close(resolve));
    },
  );

  test.each([400, 402, 405, 409, 410, 412, 415, 418, 428, 451])(
    "that answers %i is 502, since it never should",
    async (status) => {
      connector.sandbox.fault({ kind: "status", status, match: { path } });
      expectRefusal(await list(personal.ghs), "GITHUB_UNAVAILABLE");
    },
  );
});
