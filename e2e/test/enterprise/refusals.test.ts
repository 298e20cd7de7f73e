import type { Issue } from "@layers/contracts";
import { afterAll, beforeAll } from "vitest";
import {
  brewBuilds,
  type EnterpriseOperation,
  enterpriseInputs,
  installApp,
  type Managed,
  startManaged,
} from "../../src/enterprise.ts";
import { mintAtGitHub } from "../../src/personal.ts";
import { describeRefusals, type RefusalCase } from "../../src/refusal-cases.ts";

interface Fixtures extends Managed {
  /** Has `kettle` and `matcha-api` of `acme-tea`. */
  readonly installationId: number;
  /** Has all of `acme-coffee`. */
  readonly ofCoffee: number;
  /** Tokens of the enterprise's installation: with all that it was granted, and with less. */
  readonly fullToken: string;
  readonly readingToken: string;
  readonly repositoriesToken: string;
}

let fixtures: Fixtures;
beforeAll(async () => {
  const managed = await startManaged();
  const { connector, partner } = managed;
  const { installation } = connector.sandbox.world.enterprise("acme-corp");
  const mint = (permissions?: Readonly<Record<string, string>>) =>
    mintAtGitHub(connector, installation?.id ?? 0, permissions);
  fixtures = {
    ...managed,
    installationId: await installApp(connector, partner),
    ofCoffee: connector.sandbox.world.install("acme-coffee").id,
    fullToken: await mint(),
    readingToken: await mint({ enterprise_organization_installations: "read" }),
    repositoriesToken: await mint({ enterprise_organization_installation_repositories: "write" }),
  };
});
afterAll(() => fixtures.connector[Symbol.asyncDispose]());

interface Refused {
  readonly when: string;
  readonly code: RefusalCase<Fixtures>["code"];
  readonly input?: (started: Fixtures) => Readonly<Record<string, unknown>>;
  readonly key?: (started: Fixtures) => string;
  readonly issue?: Issue;
}

function refusals(name: EnterpriseOperation, cases: readonly Refused[]): void {
  const takesInstallation = "installation_id" in enterpriseInputs[name];
  const toCase = ({ when, code, input, key, issue }: Refused): RefusalCase<Fixtures> => ({
    when,
    code,
    call: (started) => ({
      key: key?.(started) ?? started.partner.key,
      input: {
        ...enterpriseInputs[name],
        ...(takesInstallation && { installation_id: started.installationId }),
        ...input?.(started),
      },
    }),
    ...(issue && { issues: [issue] }),
  });
  describeRefusals(name, cases.map(toCase), () => ({ connector: fixtures.connector, fixtures }));
}

const foreignOrganization: Refused = {
  when: "the enterprise does not own the organization",
  code: "NOT_FOUND",
  input: () => ({ org: "globex" }),
};
const noOrganization: Refused = {
  when: "there is no such organization",
  code: "NOT_FOUND",
  input: () => ({ org: "nobodys" }),
};
const noInstallation: Refused = {
  when: "there is no such installation",
  code: "NOT_FOUND",
  input: () => ({ installation_id: 999_999_999 }),
};
const elsewhere: Refused = {
  when: "the installation is on another organization of the enterprise",
  code: "NOT_FOUND",
  input: ({ ofCoffee }) => ({ installation_id: ofCoffee }),
};
const mayOnlyRead: Refused = {
  when: "the holder's token may only read",
  code: "FORBIDDEN",
  key: ({ readingToken }) => readingToken,
};
const mayNotInstall: Refused = {
  when: "the holder's token is for repositories alone",
  code: "FORBIDDEN",
  key: ({ repositoriesToken }) => repositoriesToken,
};
const unknownRepository = (input = {}): Refused => ({
  when: "the organization has no such repository",
  code: "VALIDATION",
  input: () => ({ repositories: ["espresso-api"], ...input }),
  issue: {
    path: "repositories",
    message: "Names one that the organization does not have, or the App uses no repositories.",
  },
});

refusals("enterprise.listInstallableOrganizations", [mayNotInstall]);
refusals("enterprise.listAccessibleRepositories", [foreignOrganization, noOrganization]);
refusals("enterprise.listInstallations", [foreignOrganization, noOrganization, mayNotInstall]);

const wrongApp: Issue = {
  path: "client_id",
  message: "Is no App's, or repository_selection and repositories are not right for that App.",
};
refusals("enterprise.install", [
  foreignOrganization,
  noOrganization,
  mayOnlyRead,
  mayNotInstall,
  {
    when: "the organization has no such repository",
    code: "VALIDATION",
    input: () => ({
      client_id: brewBuilds,
      repository_selection: "selected",
      repositories: ["espresso-api"],
    }),
    issue: wrongApp,
  },
  {
    when: "the App uses repositories and gets none",
    code: "VALIDATION",
    input: () => ({ client_id: brewBuilds }),
    issue: wrongApp,
  },
  {
    when: "the holder names an App that there is not",
    code: "VALIDATION",
    key: ({ fullToken }) => fullToken,
    input: () => ({ client_id: "Iv23nobodys" }),
    issue: wrongApp,
  },
]);
refusals("enterprise.uninstall", [
  foreignOrganization,
  noInstallation,
  elsewhere,
  mayOnlyRead,
  mayNotInstall,
]);
refusals("enterprise.listRepositories", [foreignOrganization, noInstallation, elsewhere]);
refusals("enterprise.setRepositorySelection", [
  foreignOrganization,
  noInstallation,
  elsewhere,
  mayOnlyRead,
  unknownRepository({ repository_selection: "selected" }),
]);
refusals("enterprise.addRepositories", [
  foreignOrganization,
  noInstallation,
  elsewhere,
  mayOnlyRead,
  unknownRepository(),
]);

const notRemovable: Issue = {
  path: "repositories",
  message:
    "Would leave the App none, names one that the organization does not have, or the App has all.",
};
refusals("enterprise.removeRepositories", [
  foreignOrganization,
  noInstallation,
  elsewhere,
  mayOnlyRead,
  {
    when: "they are the last ones",
    code: "VALIDATION",
    input: () => ({ repositories: ["kettle", "matcha-api"] }),
    issue: notRemovable,
  },
  {
    when: "the App has all repositories",
    code: "VALIDATION",
    input: ({ ofCoffee }) => ({
      org: "acme-coffee",
      installation_id: ofCoffee,
      repositories: ["espresso-api"],
    }),
    issue: notRemovable,
  },
]);
