import {
  contract,
  type ErrorCode,
  ErrorEnvelope,
  type GrantedScope,
  hasScope,
  operations,
  Scope,
} from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { readDatabase } from "../src/database.ts";
import type { Answer } from "../src/http.ts";
import { bindAcme, getInstallUrl, type Proven } from "../src/journey.ts";
import { callOver, transports } from "../src/transports.ts";
import { githubCallsDuring } from "../src/upstream.ts";

const principals: { label: string; scopes?: GrantedScope[] }[] = [
  { label: "no key" },
  { label: "no scope", scopes: [] },
  ...Scope.options.map((scope) => ({ label: scope, scopes: [scope] })),
  { label: "`*`", scopes: ["*"] },
];
const names = [...operations(contract)].map(([name]) => name);

let connector: Connector;
let owner: Partner;
let stranger: Partner;
let proven: Proven;
let token: string;
beforeAll(async () => {
  connector = await startConnector();
  owner = await connector.addPartner();
  stranger = await connector.addPartner({ scopes: ["*"] });
  proven = await bindAcme(connector, owner);
  const minted = await callOver("REST", connector, { name: "github.createToken", key: owner.key });
  token = (minted.body as { token: string }).token;
});
afterAll(() => connector[Symbol.asyncDispose]());

const codeOf = ({ body }: Answer): ErrorCode | undefined =>
  ErrorEnvelope.safeParse(body).data?.code;

/** What an operation says to a principal: refused as such, or let through to whatever follows. */
async function decide(name: string, scopes: GrantedScope[] | undefined): Promise<string> {
  const { organizationId } = await connector.addPartner();
  const key = scopes && (await connector.addPartner({ organizationId, scopes })).key;
  const decisions = await Promise.all(
    transports.map(async (transport) => {
      const code = codeOf(await callOver(transport, connector, { name, key }));
      return code === "UNAUTHENTICATED" || code === "FORBIDDEN_SCOPE" ? code : "yes";
    }),
  );
  return [...new Set(decisions)].join(" or ");
}

const expected = (name: string, scopes: GrantedScope[] | undefined): string => {
  if (!scopes) return "UNAUTHENTICATED";
  const anyOf = new Map(operations(contract)).get(name)?.access.partner ?? [];
  const allowed = anyOf.length === 0 || anyOf.some((scope) => hasScope(scopes, scope));
  return allowed ? "yes" : "FORBIDDEN_SCOPE";
};

const marks: Record<string, string> = { UNAUTHENTICATED: "401", FORBIDDEN_SCOPE: "403" };

function toTable(decisions: string[][]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    row(["operation", ...principals.map(({ label }) => label)]),
    row(["---", ...principals.map(() => "---")]),
    ...names.map((name, index) =>
      row([`\`${name}\``, ...(decisions[index] ?? []).map((each) => marks[each] ?? each)]),
    ),
  ];
  return `# Who may call what

As observed over REST and tRPC by \`e2e/test/authorization-matrix.test.ts\`, which fails when this page
is not current. 401 is \`UNAUTHENTICATED\`, 403 is \`FORBIDDEN_SCOPE\`; \`yes\` goes on to the budget, the
schema and the operation's own checks.

${lines.join("\n")}
`;
}

describe("who may call what", () => {
  test("K-08 K-09 A029: is as the contract says, on every transport, and as the documentation prints it", async () => {
    const decisions: string[][] = [];
    for (const name of names) {
      const row = [];
      for (const { scopes } of principals) {
        row.push(await decide(name, scopes));
        expect(`${name}: ${row.at(-1)}`).toBe(`${name}: ${expected(name, scopes)}`);
      }
      decisions.push(row);
    }
    await expect(toTable(decisions)).toMatchFileSnapshot("../../docs/authorization-matrix.md");
  }, 60_000);

  test("is decided before GitHub is asked and before anything is written", async () => {
    const { organizationId } = owner;
    const { key } = await connector.addPartner({ organizationId, scopes: ["jobs:read"] });
    const before = readDatabase(connector);
    const input = { ...proven, token, uninstall: true };
    const reached = await githubCallsDuring(connector, async () => {
      for (const name of names.filter((each) => each !== "keys.whoami"))
        for (const refused of [key, undefined])
          for (const transport of transports) {
            const answer = await callOver(transport, connector, { name, key: refused, input });
            expect([401, 403]).toContain(answer.status);
          }
    });
    expect(reached).toEqual([]);
    expect(readDatabase(connector)).toEqual(before);
  });
});

/** The ids that operations take: one of another organization, and one that nobody has. */
const withIds: Record<
  string,
  () => Promise<Record<string, unknown>[]> | Record<string, unknown>[]
> = {
  "github.getInstallAttempt": async () => {
    const { state } = await getInstallUrl(connector, owner);
    return [{ state }, { state: "a-state-that-nobody-has" }];
  },
  "github.registerInstallation": async () => [
    { ...proven },
    { installationId: proven.installationId, state: "a-state-that-nobody-has" },
    { installationId: 999_999_999, state: (await getInstallUrl(connector, stranger)).state },
    { ...proven, state: (await getInstallUrl(connector, stranger)).state },
  ],
  "github.revokeToken": () => [{ token }, { token: "ghs_thatNobodyHas" }],
};
const withoutIds = [
  "audit.list",
  "github.installUrl",
  "github.getInstallation",
  "github.detachInstallation",
  "github.installationHealth",
  "github.createToken",
  "github.listRepos",
  "keys.whoami",
];

describe("what belongs to another organization", () => {
  test("is asked for in every operation that takes an id", () => {
    expect([...Object.keys(withIds), ...withoutIds].toSorted()).toEqual(names.toSorted());
  });

  test.each(Object.entries(withIds))("is as absent as what nobody has: %s", async (name, ids) => {
    const before = readDatabase(connector);
    const inputs = await ids();
    const bodies = new Set<string>();
    for (const transport of transports)
      for (const input of inputs)
        bodies.add((await callOver(transport, connector, { name, key: stranger.key, input })).text);
    expect(bodies.size).toBe(1);
    expect({ ...readDatabase(connector), attempts: [] }).toEqual({ ...before, attempts: [] });
  });

  test.each([
    "github.getInstallation",
    "github.installationHealth",
    "github.detachInstallation",
    "github.createToken",
    "github.listRepos",
  ])("is not reached by a key of one's own: %s", async (name) => {
    const reached = await githubCallsDuring(connector, async () => {
      for (const transport of transports)
        expect(codeOf(await callOver(transport, connector, { name, key: stranger.key }))).toBe(
          "NOT_FOUND",
        );
    });
    expect(reached).toEqual([]);
  });

  test("stays the owner's after all of this", async () => {
    const answer = await callOver("REST", connector, {
      name: "github.getInstallation",
      key: owner.key,
    });
    expect(answer.body).toMatchObject({ installationId: proven.installationId, status: "active" });
  });
});
