import { afterAll, beforeAll } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { bindAcme, connectInBrowser, getInstallUrl } from "../src/journey.ts";
import { describeRefusals, type RefusalCase } from "../src/refusal-cases.ts";
import { callOver } from "../src/transports.ts";

interface Fixtures {
  /** Has bound nothing. */
  readonly unbound: string;
  /** Has bound `acme-coffee`. */
  readonly bound: string;
  /** A key of the same organization, for tokens only. */
  readonly tokenKey: string;
  /** As `tokenKey`, for one repository and one permission at most. */
  readonly ceilingKey: string;
  /** Bound to `octocat`, which has suspended the App. */
  readonly suspended: string;
  /** Bound to `globex`, which has uninstalled the App. */
  readonly uninstalled: string;
  /** Of `acme-coffee`. */
  readonly issuedToken: string;
  readonly foreignState: string;
}

let connector: Connector;
let fixtures: Fixtures;

beforeAll(async () => {
  connector = await startConnector();
  const bound = await connector.addPartner();
  await bindAcme(connector, bound);
  const { organizationId } = bound;
  const issued = await callOver("REST", connector, { name: "github.createToken", key: bound.key });
  fixtures = {
    unbound: (await connector.addPartner()).key,
    bound: bound.key,
    tokenKey: (await connector.addPartner({ organizationId, scopes: ["github:token"] })).key,
    ceilingKey: (
      await connector.addPartner({
        organizationId,
        scopes: ["github:token"],
        tokenCeiling: { permissions: { contents: "read" }, repositories: ["espresso-api"] },
      })
    ).key,
    suspended: (await bindSuspended()).key,
    uninstalled: (await bindUninstalled()).key,
    issuedToken: (issued.body as { token: string }).token,
    foreignState: (await getInstallUrl(connector, bound)).state,
  };
});
afterAll(() => connector[Symbol.asyncDispose]());

/** Binds what is installed, and lets a call find out what became of it. */
async function bind(login: string, account: string): Promise<Partner> {
  const partner = await connector.addPartner();
  const proven = await connectInBrowser(connector, partner, { login, account });
  const name = "github.registerInstallation";
  await callOver("REST", connector, { name, key: partner.key, input: { ...proven } });
  return partner;
}

const mint = ({ key }: Partner) => callOver("REST", connector, { name: "github.createToken", key });

async function bindSuspended(): Promise<Partner> {
  connector.sandbox.world.install("octocat");
  const partner = await bind("octocat", "octocat");
  connector.sandbox.world.suspend("octocat");
  await mint(partner);
  return partner;
}

async function bindUninstalled(): Promise<Partner> {
  const partner = await bind("globex-admin", "globex");
  connector.sandbox.world.uninstall("globex");
  await mint(partner);
  return partner;
}

type Case = RefusalCase<Fixtures>;

const notBound: Case = {
  when: "nothing is bound",
  code: "NOT_FOUND",
  call: ({ unbound }) => ({ key: unbound }),
};
const unknownKey: Case = {
  when: "a key is unknown",
  code: "VALIDATION",
  call: ({ bound }) => ({ key: bound, input: { orgId: "org_1" } }),
  issues: [{ path: "orgId", message: "Unknown key." }],
};
const notServed: Case[] = [
  {
    when: "the installation is suspended",
    code: "INSTALLATION_SUSPENDED",
    call: ({ suspended }) => ({ key: suspended }),
  },
  {
    when: "the App is uninstalled",
    code: "INSTALLATION_UNINSTALLED",
    call: ({ uninstalled }) => ({ key: uninstalled }),
  },
];
/** A refusal of one field of a bound partner's input. */
const field = (
  when: string,
  input: Record<string, unknown>,
  issue: readonly [path: string, message: string],
): Case => ({
  when,
  code: "VALIDATION",
  call: ({ bound }) => ({ key: bound, input }),
  issues: [{ path: issue[0], message: issue[1] }],
});

const either: [string, string] = ["state", "Give either state or attemptId."];
const badCursor: [string, string] = ["cursor", "Is not a cursor of this list."];
const notVisible: [string, string] = ["repositories", "Name one that the installation cannot see."];

const tables: Record<string, Case[]> = {
  "keys.whoami": [unknownKey],
  "github.getInstallation": [notBound, unknownKey],
  "github.installationHealth": [notBound, unknownKey],
  "github.detachInstallation": [
    notBound,
    unknownKey,
    field("uninstall is no boolean", { uninstall: "yes" }, [
      "uninstall",
      "Expected true or false.",
    ]),
  ],
  "github.getInstallAttempt": [
    {
      when: "the state is unknown",
      code: "NOT_FOUND",
      call: ({ bound }) => ({ key: bound, input: { state: "lUNN5tIRm-K3a8sBXvBQDxVOCgz2x9YK" } }),
    },
    {
      when: "the state is another organization's",
      code: "NOT_FOUND",
      call: ({ unbound, foreignState: state }) => ({ key: unbound, input: { state } }),
    },
    {
      when: "the attempt is unknown",
      code: "NOT_FOUND",
      call: ({ bound }) => ({ key: bound, input: { attemptId: "att_01HX9Y6K7EJ4T2" } }),
    },
    field("neither state nor attemptId is given", {}, either),
    field("both state and attemptId are given", { state: "a", attemptId: "b" }, either),
  ],
  "github.createToken": [
    notBound,
    unknownKey,
    ...notServed,
    {
      when: "everything is asked for by a key without github:admin",
      code: "VALIDATION",
      call: ({ tokenKey }) => ({ key: tokenKey, input: { permissions: {} } }),
      issues: [{ path: "permissions", message: "Required: this key may not ask for everything." }],
    },
    {
      when: "more is asked for than the key's ceiling",
      code: "FORBIDDEN",
      call: ({ ceilingKey }) => ({
        key: ceilingKey,
        input: {
          permissions: { contents: "write", issues: "read" },
          repositories: ["espresso-api", "gift-cards-sdk"],
        },
      }),
      issues: [
        { path: "permissions.contents", message: "At most read for this key." },
        { path: "permissions.issues", message: "Not for this key." },
        { path: "repositories[1]", message: "Not for this key." },
      ],
    },
    field("a repository is not the installation's", { repositories: ["Hello-World"] }, notVisible),
    field("a permission is beyond the grant", { permissions: { contents: "admin" } }, [
      "permissions",
      "Exceed what the installation was granted.",
    ]),
    field("a permission's level is unknown", { permissions: { contents: "own" } }, [
      "permissions.contents",
      "Expected one of: read, write, admin.",
    ]),
    field("no repository is named", { repositories: [] }, [
      "repositories",
      "Must have at least 1 item.",
    ]),
    field("a repository is named twice", { repositories: ["gift-cards-sdk", "gift-cards-sdk"] }, [
      "repositories",
      "Holds a name twice.",
    ]),
    field("a name has an owner", { repositories: ["espresso-api", "acme-coffee/espresso-api"] }, [
      "repositories[1]",
      "Has the wrong format.",
    ]),
    field("501 repositories are named", { repositories: numbered(501) }, [
      "repositories",
      "Must have at most 500 items.",
    ]),
    field("59 seconds are asked for", { minValiditySeconds: 59 }, [
      "minValiditySeconds",
      "Must be at least 60.",
    ]),
    field("3001 seconds are asked for", { minValiditySeconds: 3001 }, [
      "minValiditySeconds",
      "Must be at most 3000.",
    ]),
  ],
  "github.revokeToken": [
    {
      when: "the token was not issued by us",
      code: "NOT_FOUND",
      call: ({ bound }) => ({ key: bound, input: { token: "ghs_unknown" } }),
    },
    {
      when: "the token was issued to another organization",
      code: "NOT_FOUND",
      call: ({ unbound, issuedToken: token }) => ({ key: unbound, input: { token } }),
    },
    field("the token is missing", {}, ["token", "Required."]),
    field("the token is empty", { token: "" }, ["token", "Must have at least 1 character."]),
  ],
  "github.listRepos": [
    notBound,
    unknownKey,
    ...notServed,
    field("limit is 0", { limit: 0 }, ["limit", "Must be at least 1."]),
    field("limit is 201", { limit: 201 }, ["limit", "Must be at most 200."]),
    field("search is empty", { search: "" }, ["search", "Must have at least 1 character."]),
    field("the cursor is not ours", { cursor: "MzA" }, badCursor),
    field("the cursor has a tail", { cursor: "cnU=" }, badCursor),
  ],
};

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `repository-${index}`);
}

for (const [name, cases] of Object.entries(tables))
  describeRefusals(name, cases, () => ({ connector, fixtures }));
