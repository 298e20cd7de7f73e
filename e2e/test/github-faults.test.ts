import type { GitHubSandbox } from "@layers/github-sandbox";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readDatabase, readDatabaseButHandouts } from "../src/database.ts";
import {
  asking,
  askingOperations,
  type GithubBound,
  startGithubBound,
} from "../src/github-bound.ts";
import { expectBudgetHeaders, expectRefusal } from "../src/refusal.ts";
import { callOver, transports } from "../src/transports.ts";
import { endFaults, githubCallsDuring } from "../src/upstream.ts";

type Fault = Exclude<Parameters<GitHubSandbox["fault"]>[0], unknown[]>;

interface Trouble {
  readonly what: string;
  readonly fault: Fault;
  /** How often a GET is tried; what writes is tried once. */
  readonly tries: number;
}

const troubles: Trouble[] = [
  { what: "cuts the connection", fault: { kind: "reset" }, tries: 3 },
  ...[500, 502, 503, 504].map((status) => ({
    what: `answers ${status}`,
    fault: { kind: "status" as const, status },
    tries: 3,
  })),
  { what: "answers 502 with a page", fault: { kind: "html" }, tries: 3 },
  { what: "answers 200 with a page", fault: { kind: "html", status: 200 }, tries: 1 },
  { what: "answers 200 with other fields", fault: { kind: "status", status: 200 }, tries: 1 },
  {
    what: "redirects to another host",
    fault: { kind: "status", status: 302, headers: { location: "http://169.254.169.254/" } },
    tries: 3,
  },
];

let bound: GithubBound;
beforeAll(async () => {
  bound = await startGithubBound();
});
afterEach(async () => {
  const { connector, partner } = bound;
  endFaults(connector);
  connector.forgetOutages();
  // A revocation that failed has withheld the token.
  await callOver("REST", connector, { name: "github.createToken", key: partner.key });
});
afterAll(() => bound.connector[Symbol.asyncDispose]());

describe.each(troubles)("when GitHub $what", ({ fault, tries }) => {
  test.each(askingOperations)("%s answers 502 and changes nothing", async (name) => {
    const { connector } = bound;
    const { call, asks } = asking[name](bound);
    connector.sandbox.fault(fault);
    const read = asks.startsWith("DELETE ") ? readDatabaseButHandouts : readDatabase;
    const before = read(connector);
    const reached = await githubCallsDuring(connector, async () => {
      const answer = await callOver("REST", connector, { name, ...call });
      expectRefusal(answer, "GITHUB_UNAVAILABLE");
      expectBudgetHeaders(answer, true);
    });
    const times = asks.startsWith("GET ") ? tries : 1;
    expect(reached).toEqual(Array.from({ length: times }, () => asks));
    expect(read(connector)).toEqual(before);
  });
});

describe("a trouble at GitHub", () => {
  test.each(transports)("is told in the same words over %s", async (transport) => {
    const { connector, partner } = bound;
    connector.sandbox.fault({ kind: "status", status: 500 });
    const answer = await callOver(transport, connector, {
      name: "github.installationHealth",
      key: partner.key,
    });
    expect(expectRefusal(answer, "GITHUB_UNAVAILABLE")).toEqual({
      error: "GitHub is not answering as it should.",
      code: "GITHUB_UNAVAILABLE",
      retryAfter: 5,
    });
  });

  test.each([1, 2])("that hits a GET %i times goes unseen", async (times) => {
    const { connector, partner } = bound;
    connector.sandbox.fault({ kind: "reset", times });
    const answer = await callOver("REST", connector, {
      name: "github.listRepos",
      key: partner.key,
    });
    expect(answer.status).toBe(200);
  });

  test("does not concern what needs no GitHub", async () => {
    const { connector, partner } = bound;
    connector.sandbox.fault({ kind: "reset" });
    for (const name of ["github.getInstallation", "keys.whoami"])
      expect((await callOver("REST", connector, { name, key: partner.key })).status).toBe(200);
    for (const path of ["/livez", "/readyz"])
      expect((await fetch(connector.url + path)).status).toBe(200);
  });
});

describe("once GitHub is slow instead of broken", () => {
  const statuses = { "github.registerInstallation": 201, "github.createToken": 201 };
  test.each(askingOperations)("%s does what it was asked", async (name) => {
    const { connector } = bound;
    connector.sandbox.fault({ kind: "latency", ms: 50 });
    const answer = await callOver("REST", connector, { name, ...asking[name](bound).call });
    const expected: Record<string, number> = { ...statuses, "github.revokeToken": 204 };
    expect(answer.status).toBe(expected[name] ?? 200);
  });
});
