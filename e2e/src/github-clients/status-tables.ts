import type { ErrorCode, Issue } from "@layers/contracts";
import type { FaultInput } from "@layers/github-sandbox";
import type { Connector } from "../connector.ts";
import { bindAcme, connectInBrowser, register } from "../journey.ts";
import { openPersonal, type Personal } from "../personal.ts";
import { addUser } from "../portal.ts";
import type { OperationCall } from "../transports.ts";
import { useOf } from "./credentials-that-work.ts";

/** What the calls of the tables are made with. */
export interface Fixtures {
  readonly personal: Personal;
  /** A classic token without the scope `repo`. */
  readonly scopeless: string;
  /** Of the person who administers `acme-coffee`, which has selected all repositories. */
  readonly selectedAll: Call & { readonly key: string };
  /** Has bound nothing. */
  readonly unbound: string;
  /** The session of a portal user who has linked no GitHub account. */
  readonly unlinked: string;
  /** Of an organization that is bound, for tokens only. */
  readonly tokenKey: string;
  /** Bound to `acme-tea`, which is suspended. */
  readonly suspended: string;
  /** Bound to `globex`, which has uninstalled. */
  readonly uninstalled: string;
  /** In a repository that the person's installation sees. */
  readonly reference: number;
}

/** Brings a connector into the state that the tables are about. */
export async function prepareFixtures(connector: Connector): Promise<Fixtures> {
  const { world } = connector.sandbox;
  const partner = await connector.addPartner();
  const { installationId: installation_id } = await bindAcme(connector, partner);
  const { organizationId } = partner;
  const classic = (login: string, scopes: string[]) =>
    world.createPersonalToken(login, { kind: "classic", scopes });
  const fixtures = {
    personal: await openPersonal(connector),
    scopeless: classic("octocat", []),
    selectedAll: {
      key: classic("octo-admin", ["repo"]),
      input: { installation_id, repository_id: firstOfAcme },
    },
    unbound: (await connector.addPartner()).key,
    unlinked: (await addUser(connector, organizationId)).session,
    tokenKey: (await connector.addPartner({ organizationId, scopes: ["github:token"] })).key,
    suspended: await bind(connector, { login: "octo-admin", account: "acme-tea" }),
    uninstalled: await bind(connector, { login: "globex-admin", account: "globex" }),
    reference: world.postUrl("octocat/Hello-World", "https://errors.example/A-1"),
  };
  world.suspend("acme-tea");
  world.uninstall("globex");
  return fixtures;
}

const firstOfAcme = 701_000_001;

type Owner = Parameters<typeof connectInBrowser>[2];

async function bind(connector: Connector, owner: Owner): Promise<string> {
  const { world } = connector.sandbox;
  if (!world.installation(owner.account)) world.install(owner.account);
  const partner = await connector.addPartner();
  await register(connector, partner, await connectInBrowser(connector, partner, owner));
  return partner.key;
}

export type Call = Pick<OperationCall, "key" | "input">;

/** The call of each operation that GitHub serves, by a holder of GitHub's credential for it. */
export const served: Record<string, (fixtures: Fixtures) => Call & { key: string }> = {
  "githubApi.listInstallationRepositories": ({ personal }) => ({ key: personal.ghs }),
  "githubApi.listUserInstallations": ({ personal }) => ({ key: personal.ghu }),
  "githubApi.listUserInstallationRepositories": ({ personal }) => ({
    key: personal.ghu,
    input: { installation_id: personal.installationId },
  }),
  "githubApi.addRepository": ({ personal }) => ({
    key: personal.ghp,
    input: {
      installation_id: personal.installationId,
      repository_id: personal.otherRepositoryId,
    },
  }),
  "githubApi.removeRepository": ({ personal }) => ({
    key: personal.ghp,
    input: {
      installation_id: personal.installationId,
      repository_id: personal.otherRepositoryId,
    },
  }),
  "githubApi.createContentAttachment": ({ personal, reference }) => ({
    key: personal.ghs,
    input: { content_reference_id: reference, title: "A-1", body: "An error" },
  }),
};

/** A refusal, in the same words on every transport. */
export interface Refused {
  readonly code: ErrorCode;
  readonly when: string;
  /** Of the one call of the operation that is served; all of it by default. */
  readonly call?: (fixtures: Fixtures) => Call;
  /** What GitHub does to it. */
  readonly fault?: FaultInput;
  readonly issues?: readonly Issue[];
}

const prefixOf = (key: string) => /^[a-z_]+(?=_)/.exec(key)?.[0] ?? "";
/** Of the same kind, and nobody's. */
const dead = (key: string) => `${prefixOf(key)}_${"x".repeat(36)}`;

const issue = (path: string, message: string): Issue[] => [{ path, message }];

/** What can become of every call. */
function everywhere(name: string): Refused[] {
  const use = issue("Authorization", `Use ${useOf[name]}.`);
  const own: (fixtures: Fixtures) => Call & { key: string } = served[name] ?? (() => ({ key: "" }));
  return [
    { code: "UNAUTHENTICATED", when: "there is no credential", call: () => ({}) },
    {
      code: "UNAUTHENTICATED",
      when: "GitHub does not know the credential",
      call: (all) => ({ ...own(all), key: dead(own(all).key) }),
    },
    {
      code: "UNAUTHENTICATED",
      when: "the key is unknown",
      call: (all) => ({ ...own(all), key: `lp_test_${"0".repeat(14)}_${"x".repeat(49)}` }),
    },
    {
      code: "FORBIDDEN",
      when: "the credential is of a kind that the route does not take",
      call: (all) => ({ ...own(all), key: all.personal.github_pat }),
      issues: use,
    },
    {
      code: "VALIDATION",
      when: "a parameter is unknown",
      call: (all) => ({ ...own(all), input: { ...own(all).input, verbose: "1" } }),
      issues: issue("verbose", "Unknown key."),
    },
    { code: "FORBIDDEN", when: "GitHub forbids it", fault: { kind: "status", status: 403 } },
    { code: "NOT_FOUND", when: "GitHub finds nothing", fault: { kind: "status", status: 404 } },
    {
      code: "RATE_LIMITED",
      when: "GitHub's hour is used up",
      fault: { kind: "primary-limit" },
    },
    {
      code: "RATE_LIMITED",
      when: "it is too much at once for GitHub",
      fault: { kind: "secondary-limit", status: 429, retryAfter: 30 },
    },
    { code: "GITHUB_UNAVAILABLE", when: "GitHub fails", fault: { kind: "status", status: 500 } },
    { code: "GITHUB_UNAVAILABLE", when: "GitHub cuts the connection", fault: { kind: "reset" } },
    {
      code: "GITHUB_UNAVAILABLE",
      when: "GitHub answers with a page",
      fault: { kind: "html", status: 200 },
    },
    {
      code: "GITHUB_UNAVAILABLE",
      when: "GitHub answers what it never should",
      fault: { kind: "status", status: 409 },
    },
  ];
}

/** What becomes of partners. */
const forPartners = (name: string): Refused[] =>
  (
    [
      ["FORBIDDEN_SCOPE", "the key lacks the scope", "tokenKey"],
      ["NOT_FOUND", "nothing is bound", "unbound"],
      ["INSTALLATION_SUSPENDED", "the installation is suspended", "suspended"],
      ["INSTALLATION_UNINSTALLED", "the App is uninstalled", "uninstalled"],
    ] as const
  ).map(([code, when, who]) => ({
    code,
    when,
    call: (all) => ({ ...served[name]?.(all), key: all[who] }),
  }));

/** What becomes of portal users. */
const forPortalUsers = (name: string): Refused => ({
  code: "GITHUB_RECONNECT",
  when: "the portal user has linked no GitHub account",
  call: (all) => ({ ...served[name]?.(all), key: all.unlinked }),
});

/** A field that the schema refuses. */
const field = (name: string, input: Record<string, unknown>, message: string): Refused => {
  const [path = ""] = Object.keys(input);
  return {
    code: "VALIDATION",
    when: `${path} is ${JSON.stringify(input[path])?.slice(0, 20)}`,
    call: (all) => {
      const { key, input: others } = served[name]?.(all) ?? { key: "" };
      return { key, input: { ...others, ...input } };
    },
    issues: issue(path, message),
  };
};

const forPages = (name: string): Refused[] => [
  field(name, { per_page: 0 }, "Must be at least 1."),
  field(name, { per_page: 101 }, "Must be at most 100."),
  field(name, { page: 0 }, "Must be at least 1."),
  field(name, { page: 2 ** 31 }, "Must be at most 2147483647."),
];

const notRemovable = issue(
  "repository_id",
  "Is the last one of the installation, or the installation has all repositories.",
);

const tables: Record<string, Refused[]> = {
  "githubApi.listInstallationRepositories": [
    ...forPartners("githubApi.listInstallationRepositories"),
    ...forPages("githubApi.listInstallationRepositories"),
  ],
  "githubApi.listUserInstallations": [
    forPortalUsers("githubApi.listUserInstallations"),
    ...forPages("githubApi.listUserInstallations"),
  ],
  "githubApi.listUserInstallationRepositories": [
    forPortalUsers("githubApi.listUserInstallationRepositories"),
    ...forPages("githubApi.listUserInstallationRepositories"),
    field(
      "githubApi.listUserInstallationRepositories",
      { installation_id: 0 },
      "Must be at least 1.",
    ),
  ],
  "githubApi.addRepository": [
    field("githubApi.addRepository", { repository_id: 0 }, "Must be at least 1."),
    {
      code: "FORBIDDEN",
      when: "the classic token lacks the scope `repo`",
      call: (all) => ({ ...served["githubApi.addRepository"]?.(all), key: all.scopeless }),
    },
    {
      code: "VALIDATION",
      when: "GitHub finds it not valid",
      fault: { kind: "status", status: 422 },
    },
  ],
  "githubApi.removeRepository": [
    field("githubApi.removeRepository", { repository_id: 0 }, "Must be at least 1."),
    {
      code: "NOT_FOUND",
      when: "the repository is another account's",
      call: ({ personal: { ghp, installationId } }) => ({
        key: ghp,
        input: { installation_id: installationId, repository_id: firstOfAcme },
      }),
    },
    {
      code: "VALIDATION",
      when: "it is the last one",
      call: ({ personal: { ghp, installationId, repositoryId } }) => ({
        key: ghp,
        input: { installation_id: installationId, repository_id: repositoryId },
      }),
      issues: notRemovable,
    },
    {
      code: "VALIDATION",
      when: "all repositories are selected",
      call: ({ selectedAll }) => selectedAll,
      issues: notRemovable,
    },
  ],
  "githubApi.createContentAttachment": [
    ...forPartners("githubApi.createContentAttachment"),
    field("githubApi.createContentAttachment", { title: "" }, "Must have at least 1 character."),
    field(
      "githubApi.createContentAttachment",
      { title: "x".repeat(1025) },
      "Must have at most 1024 characters.",
    ),
    field(
      "githubApi.createContentAttachment",
      { body: "x".repeat(262_145) },
      "Must have at most 262144 characters.",
    ),
  ],
};

/** All that an operation refuses, table by table. */
export const refusalsOf = (name: string): Refused[] => [
  ...everywhere(name),
  ...(tables[name] ?? []),
];
