import type { Permissions } from "@layers/contracts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";
import { callOver, transports } from "../src/transports.ts";
import { githubCallsDuring } from "../src/upstream.ts";

let connector: Connector;
let partner: Partner;
beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
});
afterAll(() => connector[Symbol.asyncDispose]());

interface Ceiling {
  permissions?: Permissions;
  repositories?: string[];
}

/** A key of the organization that may ask for this much. */
const keyFor = (
  tokenCeiling?: Ceiling,
  scope: "github:token" | "github:admin" = "github:token",
) => {
  const { organizationId } = partner;
  return connector.addPartner({ organizationId, scopes: [scope], tokenCeiling });
};

interface Issued {
  readonly token: string;
  readonly permissions: Permissions;
}

const mint = (key: string, body: object) =>
  send("POST /v1/github/installation/token", connector.url, { key, body });

/** What GitHub lets a token see, page by page. */
async function namesSeenBy(token: string): Promise<string[]> {
  const names: string[] = [];
  for (let page = 1; names.length >= (page - 1) * 100; page++) {
    const url = `${connector.sandbox.apiUrl}/installation/repositories?per_page=100&page=${page}`;
    const answer = await fetch(url, { headers: { authorization: `token ${token}` } });
    const { repositories } = (await answer.json()) as { repositories: { name: string }[] };
    names.push(...repositories.map(({ name }) => name));
  }
  return names;
}

const levels = ["read", "write", "admin"];
const within = (inner: Permissions, outer: Permissions) => {
  const most = new Map(Object.entries({ metadata: "read", ...outer }));
  return Object.entries(inner).every(
    ([name, level]) => levels.indexOf(level) <= levels.indexOf(most.get(name) ?? ""),
  );
};

describe("a key's ceiling", () => {
  test("G-03: no token reaches beyond it, nor beyond what was asked for", async () => {
    const level = fc.constantFrom("read" as const, "write" as const);
    const permissions = fc
      .record({ contents: level, pull_requests: level }, { requiredKeys: [] })
      .filter((each) => Object.keys(each).length > 0);
    const repositories = fc.subarray(["espresso-api", "espresso-worker", "gift-cards-sdk"], {
      minLength: 1,
    });
    const reach = fc.record({ permissions, repositories }, { requiredKeys: [] });
    const ceilings = fc.record({ permissions, repositories }, { requiredKeys: ["permissions"] });
    let minted = 0;
    await fc.assert(
      fc.asyncProperty(reach, ceilings, async (asked, ceiling) => {
        const { key } = await keyFor(ceiling);
        const { status, body } = await mint(key, asked);
        const isBeyond =
          !within(asked.permissions ?? {}, ceiling.permissions) ||
          !(asked.repositories ?? []).every((name) => ceiling.repositories?.includes(name) ?? true);
        expect(status).toBe(isBeyond ? 403 : 201);
        if (isBeyond) return;
        minted += 1;
        const { token, permissions: given } = body as Issued;
        expect(within(given, ceiling.permissions)).toBe(true);
        expect(within(given, asked.permissions ?? given)).toBe(true);
        const seen = await namesSeenBy(token);
        const only = asked.repositories ?? ceiling.repositories;
        if (only) expect(seen.toSorted()).toEqual(only.toSorted());
        else expect(seen).toHaveLength(240);
      }),
      { numRuns: 60 },
    );
    expect(minted).toBeGreaterThan(5);
  }, 60_000);

  test.each(transports)(
    "refuses what is beyond it without a call to GitHub, over %s",
    async (how) => {
      const { key } = await keyFor({
        permissions: { contents: "read" },
        repositories: ["espresso-api"],
      });
      const input = { permissions: { contents: "write" }, repositories: ["gift-cards-sdk"] };
      const reached = await githubCallsDuring(connector, async () => {
        const answer = await callOver(how, connector, { name: "github.createToken", key, input });
        expect(answer).toMatchObject({
          status: 403,
          body: {
            code: "FORBIDDEN",
            fieldErrors: {
              "permissions.contents": "At most read for this key.",
              "repositories[0]": "Not for this key.",
            },
          },
        });
      });
      expect(reached).toEqual([]);
    },
  );

  test("narrows the token of a key that may ask for everything and asks for nothing", async () => {
    const { key } = await keyFor({ repositories: ["espresso-api"] }, "github:admin");
    const { body } = await mint(key, {});
    expect(await namesSeenBy((body as Issued).token)).toEqual(["espresso-api"]);
    const only = await keyFor({ permissions: { contents: "read" } }, "github:admin");
    const all = await mint(only.key, { permissions: {} });
    expect((all.body as Issued).permissions).toEqual({ contents: "read", metadata: "read" });
  });

  test("without permissions does not stand in for them", async () => {
    const { key } = await keyFor({ repositories: ["espresso-api"] });
    expect(await mint(key, {})).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
  });

  test("holds from within a second of its change, and through a rotation", async () => {
    const { key, apiKeyId } = await keyFor();
    const asked = { permissions: { contents: "write" } };
    expect((await mint(key, asked)).status).toBe(201);
    const statusOf = async (text: string) => (await mint(text, asked)).status;
    await connector.operator.setTokenCeiling(apiKeyId, { permissions: { contents: "read" } });
    await expect.poll(() => statusOf(key), { timeout: 2000 }).toBe(403);
    const { text } = await connector.operator.rotateKey(apiKeyId, 0);
    expect(await statusOf(text)).toBe(403);
    await connector.operator.setTokenCeiling(apiKeyId, undefined);
    await expect.poll(() => statusOf(text), { timeout: 2000 }).toBe(201);
  });

  test("leaves the list of repositories as it is", async () => {
    const { key } = await keyFor({ repositories: ["espresso-api"] }, "github:admin");
    const { body } = await send("GET /v1/github/repos?limit=5", connector.url, { key });
    expect((body as { items: unknown[] }).items).toHaveLength(5);
  });
});
