import type { GitHub } from "@layers/api";
import {
  contract,
  type ErrorCode,
  errorCatalog,
  errorsOf,
  type GitHubErrorEnvelope,
  operations,
  routeOf,
} from "@layers/contracts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../../src/attacks/target.ts";
import { type Connector, startConnector } from "../../src/connector.ts";
import {
  type Fixtures,
  prepareFixtures,
  refusalsOf,
  served,
} from "../../src/github-clients/status-tables.ts";
import { type Answer, send } from "../../src/http.ts";
import { openPersonal } from "../../src/personal.ts";
import { expectBudgetHeaders, expectRefusal } from "../../src/refusal.ts";
import { callOver, operationOf, type Transport, transports } from "../../src/transports.ts";
import { endFaults } from "../../src/upstream.ts";

/** Every status that GitHub's documentation of its routes and ours promise, over each transport. */

const names = Object.keys(served);

let connector: Connector;
let fixtures: Fixtures;
beforeAll(async () => {
  // The edition that has all of the routes.
  connector = await startConnector({ edition: "ghes-3.3" });
  fixtures = await prepareFixtures(connector);
}, 60_000);
afterAll(() => connector[Symbol.asyncDispose]());
afterEach(() => {
  endFaults(connector);
  connector.forgetOutages();
  // So that a holder's budget is never what a call is refused for.
  connector.advance(5);
});

const callOf = (name: string) => served[name]?.(fixtures) ?? { key: "" };

/** The call itself at GitHub, not how it came by its token. */
const pathAtGitHub = (name: string) => routeOf(operationOf(name)).path.replaceAll(/\{\w+\}/g, "*");

/** What GitHub's clients print, besides the envelope. */
function expectForGitHubsClients(name: string, answer: Answer, code: ErrorCode): void {
  const { message, documentation_url, issues } = answer.body as GitHubErrorEnvelope;
  const { error } = errorCatalog[code];
  const [first] = issues ?? [];
  expect(documentation_url).toBe(operationOf(name).githubDocs);
  const isLimit = code === "RATE_LIMITED";
  const isHour = answer.headers.get("x-ratelimit-remaining") === "0";
  const detail = first ? ` ${first.path}: ${first.message}` : "";
  const kind = isLimit && !isHour ? " This is a secondary rate limit." : "";
  expect(message).toBe(error + detail + kind);
  expect(answer.headers.has("x-ratelimit-limit")).toBe(isLimit);
}

describe.each(names)("%s", (name) => {
  describe.each(refusalsOf(name))("answers $code when $when", ({ code, call, fault, issues }) => {
    test.each(transports)("over %s", async (transport) => {
      const match = { path: pathAtGitHub(name) };
      if (fault) connector.sandbox.fault({ ...fault, match });
      const request = {
        name,
        headers: fromNewAddress(),
        ...(call ?? callOf.bind(null, name))(fixtures),
      };
      const answer = await callOver(transport, connector, request);
      expect(expectRefusal(answer, code).issues).toEqual(issues);
      if (code !== "UNAUTHENTICATED") expectBudgetHeaders(answer, true);
      expectForGitHubsClients(name, answer, code);
    });
  });

  test.each(transports)(
    "answers UNAVAILABLE over %s when GitHub has failed too often",
    async (by) => {
      connector.sandbox.fault({ kind: "status", status: 500, match: { path: pathAtGitHub(name) } });
      const call = () => callOver(by, connector, { name, ...callOf(name) });
      let answer = await call();
      for (let tried = 0; tried < 30 && answer.status === 502; tried++) answer = await call();
      expectRefusal(answer, "UNAVAILABLE");
      expectForGitHubsClients(name, answer, "UNAVAILABLE");
    },
  );

  test.each(["url", "remoteUrl"] as const)(
    "answers BAD_REQUEST at %s when it cannot be read",
    async (at) => {
      const { method } = routeOf(operationOf(name));
      const target = `${method} ${pathAtGitHub(name).replaceAll("*", "1")}?page=%zz`;
      const body = method === "POST" ? "{}" : undefined;
      const answer = await send(target, connector[at], { key: callOf(name).key, body });
      expectRefusal(answer, "BAD_REQUEST");
      expectForGitHubsClients(name, answer, "BAD_REQUEST");
    },
  );

  test("answers with the statuses of its successes", async () => {
    const { responses } = operationOf(name);
    const add = "githubApi.addRepository";
    const remove = "githubApi.removeRepository";
    const call = (each: string, by: Transport) =>
      callOver(by, connector, { name: each, ...callOf(each) });
    for (const transport of transports) {
      if (name === remove) await call(add, transport);
      const { status } = await call(name, transport);
      expect(Object.keys(responses)).toEqual([String(status)]);
      if (name === add) await call(remove, transport);
    }
  });
});

const reads = names.filter((name) => operationOf(name).kind === "query");

test.each(reads)("%s answers 304 to whoever has its answer", async (name) => {
  for (const transport of ["REST", "REST behind tRPC"] as const) {
    const first = await callOver(transport, connector, { name, ...callOf(name) });
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const second = await callOver(transport, connector, { name, ...callOf(name), headers });
    expect({ status: second.status, text: second.text }).toEqual({ status: 304, text: "" });
    expect(second.headers.get("etag")).toBe(headers["if-none-match"]);
  }
});

describe("githubApi.createContentAttachment", () => {
  const name = "githubApi.createContentAttachment";
  const post = (url: string, body: string, type = "application/json") =>
    send(`POST ${pathAtGitHub(name).replace("*", "1")}`, url, {
      key: callOf(name).key,
      body,
      headers: { "content-type": type },
    });

  test.each(["url", "remoteUrl"] as const)(
    "answers at %s what is wrong with a body",
    async (at) => {
      const bodies: [ErrorCode, string, string?][] = [
        ["PAYLOAD_TOO_LARGE", JSON.stringify({ title: "A-1", body: "x".repeat(2 * 1024 * 1024) })],
        ["UNSUPPORTED_MEDIA_TYPE", "title=A-1", "application/x-www-form-urlencoded"],
        ["BAD_REQUEST", "{"],
      ];
      for (const [code, body, type] of bodies) {
        const answer = await post(connector[at], body, type);
        expectRefusal(answer, code);
        expectForGitHubsClients(name, answer, code);
      }
    },
  );

  test.each(transports)("answers GONE over %s where GitHub has removed it", async (by) => {
    await using today = await startConnector({ edition: "dotcom" });
    const { ghs } = await openPersonal(today);
    const { input } = callOf(name);
    const answer = await callOver(by, today, { name, key: ghs, input });
    expectRefusal(answer, "GONE");
    expectForGitHubsClients(name, answer, "GONE");
  });
});

test("every operation answers INTERNAL when something breaks that nobody thought of", async () => {
  const broken = new Proxy(
    { host: "https://github.example", hasContentAttachments: true } as GitHub,
    {
      get: (target, name) =>
        Reflect.get(target, name) ??
        (() => {
          throw new TypeError(`Cannot read ${fixtures.personal.ghs}`);
        }),
    },
  );
  await using other = await startConnector({ github: broken });
  for (const name of names)
    for (const transport of transports) {
      const answer = await callOver(transport, other, { name, ...callOf(name) });
      expectRefusal(answer, "INTERNAL");
      expectForGitHubsClients(name, answer, "INTERNAL");
    }
  expect(other.logLines.join()).toContain("call failed");
});

/** The tests above that are not of the table. */
const apart: ErrorCode[] = ["BAD_REQUEST", "INTERNAL", "UNAVAILABLE"];
const ofBodies: ErrorCode[] = ["GONE", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];

test("no code that the contract promises is left out here", () => {
  expect(names.toSorted()).toEqual(
    [...operations({ githubApi: contract.githubApi })].map(([name]) => name).toSorted(),
  );
  for (const name of names) {
    const tested = new Set([...refusalsOf(name).map(({ code }) => code), ...apart]);
    if (name === "githubApi.createContentAttachment") for (const code of ofBodies) tested.add(code);
    expect([name, [...tested].toSorted()]).toEqual([name, errorsOf(operationOf(name)).toSorted()]);
  }
});
