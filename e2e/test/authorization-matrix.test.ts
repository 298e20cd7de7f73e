import {
  AnyErrorEnvelope,
  contract,
  type ErrorCode,
  type GitHubCredential,
  type GrantedScope,
  hasScope,
  operations,
  Scope,
} from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../src/attacks/target.ts";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { readDatabase } from "../src/database.ts";
import { addManager, enterpriseInputs, grant } from "../src/enterprise.ts";
import type { Answer } from "../src/http.ts";
import { bindAcme, getInstallUrl, type Proven } from "../src/journey.ts";
import { openPersonal, type Personal } from "../src/personal.ts";
import { callOver, type OperationCall, operationOf, transports } from "../src/transports.ts";
import { githubCallsDuring } from "../src/upstream.ts";

/** Nobody, a key with scopes, or a credential of GitHub. */
interface Principal {
  readonly label: string;
  readonly scopes?: GrantedScope[];
  readonly credential?: GitHubCredential;
}

const githubCredentials = ["ghs", "ghu", "ghp", "github_pat"] as const;
const principals: Principal[] = [
  { label: "no key" },
  { label: "no scope", scopes: [] },
  ...Scope.options.map((scope) => ({ label: scope, scopes: [scope] })),
  { label: "`*`", scopes: ["*"] },
  ...githubCredentials.map((credential) => ({ label: `\`${credential}_\``, credential })),
];
const names = [...operations(contract)].map(([name]) => name);

let connector: Connector;
let owner: Partner;
let stranger: Partner;
let ungranted: Partner;
let proven: Proven;
let token: string;
let personal: Personal;
beforeAll(async () => {
  // The edition that has all of the routes.
  connector = await startConnector({ edition: "ghes-3.3" });
  owner = await connector.addPartner();
  stranger = await connector.addPartner({ scopes: ["*"] });
  proven = await bindAcme(connector, owner);
  const minted = await callOver("REST", connector, { name: "github.createToken", key: owner.key });
  token = (minted.body as { token: string }).token;
  personal = await openPersonal(connector);
  await grant(connector, owner);
  ungranted = await addManager(connector);
});
afterAll(() => connector[Symbol.asyncDispose]());

const codeOf = ({ body }: Answer): ErrorCode | undefined =>
  AnyErrorEnvelope.safeParse(body).data?.code;

const refusals: readonly unknown[] = ["UNAUTHENTICATED", "FORBIDDEN_SCOPE", "FORBIDDEN"];

async function keyOf({ scopes, credential }: Principal): Promise<string | undefined> {
  if (credential) return personal[credential];
  if (!scopes) return undefined;
  const { organizationId } = await connector.addPartner();
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

function expected(name: string, { scopes, credential }: Principal): string {
  const { access, githubDocs } = operationOf(name);
  if (credential) {
    if (!githubDocs) return "UNAUTHENTICATED";
    return access.github?.includes(credential) ? "yes" : "FORBIDDEN";
  }
  if (!scopes) return "UNAUTHENTICATED";
  if (!access.partner) return "FORBIDDEN";
  const allowed =
    access.partner.length === 0 || access.partner.some((scope) => hasScope(scopes, scope));
  return allowed ? "yes" : "FORBIDDEN_SCOPE";
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
\`FORBIDDEN\` to credentials of a kind that the operation does not take; \`yes\` goes on to the budget,
the schema and the operation's own checks.

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
        expect(`${name}: ${row.at(-1)}`).toBe(`${name}: ${expected(name, principal)}`);
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
    const credentials = githubCredentials.map((credential) => ({ label: credential, credential }));
    const reached = await githubCallsDuring(connector, async () => {
      for (const name of names.filter((each) => each !== "keys.whoami")) {
        const wrong = credentials.filter((each) => expected(name, each) !== "yes");
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

const nobodys = 999_999_999;
type Calls = Pick<OperationCall, "key" | "input">[];

const byStranger = (...inputs: Record<string, unknown>[]): Calls =>
  inputs.map((input) => ({ key: stranger.key, input }));

/** A person's own installation with others' repositories, and others' installations. */
function byPerson(key: string, ofRepositories: boolean): Calls {
  const { installationId, otherRepositoryId: repository_id } = personal;
  const installations = [proven.installationId, nobodys].map((installation_id) => ({
    installation_id,
    ...(ofRepositories && { repository_id }),
  }));
  const repositories = [ofGlobex, nobodys].map((id) => ({
    installation_id: installationId,
    repository_id: id,
  }));
  return [...installations, ...(ofRepositories ? repositories : [])].map((input) => ({
    key,
    input,
  }));
}

/** A repository of an account that nobody here administers. */
const ofGlobex = 702_000_001;

/** An enterprise that another was granted, by its slug and its number, and two that nobody has. */
function byUngranted(input: Record<string, unknown>): Calls {
  const { id } = connector.sandbox.world.enterprise("acme-corp");
  return ["acme-corp", String(id), "nobodys-corp", String(nobodys)].map((enterprise) => ({
    key: ungranted.key,
    input: { ...input, enterprise },
  }));
}

/** The ids that operations take: one of another's, and one that nobody has. */
const withIds: Record<string, () => Promise<Calls> | Calls> = {
  "github.getInstallAttempt": async () => {
    const { state } = await getInstallUrl(connector, owner);
    return byStranger({ state }, { state: "a-state-that-nobody-has" });
  },
  "github.registerInstallation": async () =>
    byStranger(
      { ...proven },
      { installationId: proven.installationId, state: "a-state-that-nobody-has" },
      { installationId: nobodys, state: (await getInstallUrl(connector, stranger)).state },
      { ...proven, state: (await getInstallUrl(connector, stranger)).state },
    ),
  "github.revokeToken": () => byStranger({ token }, { token: "ghs_thatNobodyHas" }),
  "githubApi.listUserInstallationRepositories": () => byPerson(personal.ghu, false),
  "githubApi.addRepository": () => byPerson(personal.ghp, true),
  "githubApi.removeRepository": () => byPerson(personal.ghp, true),
  "githubApi.createContentAttachment": () => {
    const url = "https://errors.example/A-1";
    const others = connector.sandbox.world.postUrl("globex/rocket", url);
    const text = { title: "A-1", body: "An error" };
    return [owner.key, personal.ghs].flatMap((key) =>
      [others, nobodys].map((content_reference_id) => ({
        key,
        input: { content_reference_id, ...text },
      })),
    );
  },
  ...Object.fromEntries(
    Object.entries(enterpriseInputs).map(([name, input]) => [name, () => byUngranted(input)]),
  ),
};
const withoutIds = [
  "audit.list",
  "github.installUrl",
  "github.getInstallation",
  "github.detachInstallation",
  "github.installationHealth",
  "github.createToken",
  "github.listRepos",
  "githubApi.listInstallationRepositories",
  "githubApi.listUserInstallations",
  "keys.whoami",
];

describe("what belongs to another organization", () => {
  test("is asked for in every operation that takes an id", () => {
    expect([...Object.keys(withIds), ...withoutIds].toSorted()).toEqual(names.toSorted());
  });

  test.each(Object.entries(withIds))(
    "is as absent as what nobody has: %s",
    async (name, toCalls) => {
      const before = readDatabase(connector);
      const calls = await toCalls();
      const bodies = new Set<string>();
      for (const transport of transports)
        for (const call of calls)
          bodies.add((await callOver(transport, connector, { name, ...call })).text);
      expect(bodies.size).toBe(1);
      // GitHub was asked with a token, where it is GitHub that knows.
      const untouched = { attempts: [], tokens: [] };
      expect({ ...readDatabase(connector), ...untouched }).toEqual({ ...before, ...untouched });
    },
  );

  test.each([
    "github.getInstallation",
    "github.installationHealth",
    "github.detachInstallation",
    "github.createToken",
    "github.listRepos",
    "githubApi.listInstallationRepositories",
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
