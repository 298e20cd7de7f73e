import { AnyErrorEnvelope, contract, type ErrorCode, operations } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../src/attacks/target.ts";
import {
  expectedDecision,
  githubCredentials,
  type Principal,
  principals,
} from "../src/authorization/principals.ts";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { readDatabase } from "../src/database.ts";
import type { Answer } from "../src/http.ts";
import { bindAcme, type Proven } from "../src/journey.ts";
import { openPersonal, type Personal } from "../src/personal.ts";
import { addUser } from "../src/portal.ts";
import { callOver, transports } from "../src/transports.ts";
import { githubCallsDuring } from "../src/upstream.ts";

const names = [...operations(contract)].map(([name]) => name);

let connector: Connector;
let owner: Partner;
let proven: Proven;
let token: string;
let personal: Personal;
beforeAll(async () => {
  // The edition that has all of the routes.
  connector = await startConnector({ edition: "ghes-3.3" });
  owner = await connector.addPartner();
  proven = await bindAcme(connector, owner);
  const minted = await callOver("REST", connector, { name: "github.createToken", key: owner.key });
  token = (minted.body as { token: string }).token;
  personal = await openPersonal(connector);
});
afterAll(() => connector[Symbol.asyncDispose]());

const codeOf = ({ body }: Answer): ErrorCode | undefined =>
  AnyErrorEnvelope.safeParse(body).data?.code;

const refusals: readonly unknown[] = ["UNAUTHENTICATED", "FORBIDDEN_SCOPE", "FORBIDDEN"];

async function keyOf({ scopes, role, credential }: Principal): Promise<string | undefined> {
  if (credential) return personal[credential];
  const { organizationId } = await connector.addPartner();
  if (role) return (await addUser(connector, organizationId, role)).session;
  if (!scopes) return undefined;
  return (await connector.addPartner({ organizationId, scopes })).key;
}

/** What an operation says to a principal: refused as such, or let through to whatever follows. */
async function decide(name: string, principal: Principal): Promise<string> {
  const key = await keyOf(principal);
  const decisions = await Promise.all(
    transports.map(async (transport) => {
      // Whoever is let through is refused for the key: GitHub has no say in it.
      const call = { name, key, input: { unknown: 1 }, headers: fromNewAddress() };
      const code = codeOf(await callOver(transport, connector, call));
      return code && refusals.includes(code) ? code : "yes";
    }),
  );
  return [...new Set(decisions)].join(" or ");
}

const marks: Record<string, string> = {
  UNAUTHENTICATED: "401",
  FORBIDDEN_SCOPE: "403",
  FORBIDDEN: "403",
};

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
is not current. 401 is \`UNAUTHENTICATED\`, 403 is \`FORBIDDEN_SCOPE\` to keys that lack the scope and
\`FORBIDDEN\` to roles and credentials that the operation does not take; \`yes\` goes on to the budget, the
schema and the operation's own checks.

${lines.join("\n")}
`;
}

describe("who may call what", () => {
  test("K-08 K-09 A029: is as the contract says, on every transport, and as the documentation prints it", async () => {
    const decisions: string[][] = [];
    for (const name of names) {
      const row = [];
      for (const principal of principals) {
        row.push(await decide(name, principal));
        expect(`${name}: ${row.at(-1)}`).toBe(`${name}: ${expectedDecision(name, principal)}`);
      }
      decisions.push(row);
    }
    await expect(toTable(decisions)).toMatchFileSnapshot("../../docs/authorization-matrix.md");
  }, 120_000);

  test("is decided before GitHub is asked and before anything is written", async () => {
    const { organizationId } = owner;
    const { key } = await connector.addPartner({ organizationId, scopes: ["jobs:cancel"] });
    const before = readDatabase(connector);
    const input = { ...proven, token, uninstall: true };
    const credentials = githubCredentials.map((credential) => ({ label: credential, credential }));
    const reached = await githubCallsDuring(connector, async () => {
      for (const name of names.filter((each) => each !== "keys.whoami")) {
        const wrong = credentials.filter((each) => expectedDecision(name, each) !== "yes");
        const refused = [key, undefined, ...wrong.map(({ credential }) => personal[credential])];
        for (const each of refused)
          for (const transport of transports) {
            const call = { name, key: each, input, headers: fromNewAddress() };
            expect([401, 403]).toContain((await callOver(transport, connector, call)).status);
          }
      }
    });
    expect(reached).toEqual([]);
    expect(readDatabase(connector)).toEqual(before);
  });
});
