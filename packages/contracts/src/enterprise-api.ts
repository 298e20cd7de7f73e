import { z } from "zod";
import { holderOf, partner } from "./access.ts";
import { ClientId, EnterpriseName, OrganizationLogin } from "./enterprise.ts";
import { GitHubApiInstallation, githubPaging } from "./github-api.ts";
import { mutation, noContent, query } from "./operation.ts";
import { GitHubName, GithubId } from "./values.ts";

const docs =
  "https://docs.github.com/enterprise-cloud@latest/rest/enterprise-admin/organization-installations";
const apps = "/enterprises/{enterprise}/apps";
const installable = `${apps}/installable_organizations` as const;
const installations = `${apps}/organizations/{org}/installations` as const;
const installation = `${installations}/{installation_id}` as const;

/** An organization of an enterprise: these fields, and all that GitHub adds. */
export const InstallableOrganization = z
  .looseObject({ id: GithubId, login: z.string() })
  .meta({ id: "InstallableOrganization" });
export type InstallableOrganization = z.infer<typeof InstallableOrganization>;

/** A repository of an enterprise's organization: these fields, and all that GitHub adds. */
export const AccessibleRepository = z
  .looseObject({ id: GithubId, name: z.string(), full_name: z.string() })
  .meta({ id: "AccessibleRepository" });
export type AccessibleRepository = z.infer<typeof AccessibleRepository>;

/** An App on an enterprise's organization: these fields, and all that GitHub adds. */
export const OrganizationInstallation = z
  .looseObject({
    id: GithubId,
    client_id: z.string(),
    repository_selection: z.string(),
    repositories_url: z.string(),
    permissions: z.record(z.string(), z.string()),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "OrganizationInstallation" });
export type OrganizationInstallation = z.infer<typeof OrganizationInstallation>;

export const InstallableOrganizations = z
  .array(InstallableOrganization)
  .meta({ id: "InstallableOrganizations" });
export const AccessibleRepositories = z
  .array(AccessibleRepository)
  .meta({ id: "AccessibleRepositories" });
export const OrganizationInstallations = z
  .array(OrganizationInstallation)
  .meta({ id: "OrganizationInstallations" });

const ofEnterprise = { enterprise: EnterpriseName };
const ofOrganization = { ...ofEnterprise, org: OrganizationLogin };
const ofInstallation = { ...ofOrganization, installation_id: GithubId };

/** GitHub takes fifty at a time, and does not tell names apart by their case. */
const RepositoryNames = z
  .array(GitHubName)
  .min(1)
  .max(50)
  .refine((names) => new Set(names.map((name) => name.toLowerCase())).size === names.length, {
    error: "Names a repository twice.",
  })
  .describe("Simple names, such as `hello-world`.");

interface Selection {
  readonly repository_selection: string;
  readonly repositories?: readonly string[] | undefined;
}

const areTogether = ({ repository_selection, repositories }: Selection) =>
  (repository_selection === "selected") === (repositories !== undefined);
const together = {
  path: ["repositories"],
  error: "Is required when repositories are selected, and only then.",
};

const shared = {
  errors: ["NOT_FOUND", "INSTALLATION_SUSPENDED", "INSTALLATION_UNINSTALLED", "GITHUB_UNAVAILABLE"],
} as const;

const reading = {
  ...shared,
  access: { ...partner("enterprise:read", "enterprise:write"), ...holderOf("ghs") },
  budget: "read",
} as const;

const writing = {
  ...shared,
  access: { ...partner("enterprise:write"), ...holderOf("ghs") },
  budget: "write",
} as const;

/** The routes of GitHub's for the Apps on an enterprise's organizations. */
export const enterpriseApi = {
  listInstallableOrganizations: query({
    ...reading,
    rest: `GET ${installable}`,
    summary: "List the organizations of an enterprise",
    input: z.strictObject({ ...ofEnterprise, ...githubPaging }),
    responses: { 200: InstallableOrganizations },
    githubDocs: `${docs}#get-enterprise-owned-organizations-that-can-have-github-apps-installed`,
  }),

  listAccessibleRepositories: query({
    ...reading,
    rest: `GET ${installable}/{org}/accessible_repositories`,
    summary: "List the repositories that an App on an organization can be given",
    input: z.strictObject({ ...ofOrganization, ...githubPaging }),
    responses: { 200: AccessibleRepositories },
    githubDocs: `${docs}#get-repositories-belonging-to-an-enterprise-owned-organization`,
  }),

  listInstallations: query({
    ...reading,
    rest: `GET ${installations}`,
    summary: "List the Apps on an organization, whoever owns them",
    input: z.strictObject({ ...ofOrganization, ...githubPaging }),
    responses: { 200: OrganizationInstallations },
    githubDocs: `${docs}#list-github-apps-installed-on-an-enterprise-owned-organization`,
  }),

  install: mutation({
    ...writing,
    rest: `POST ${installations}`,
    summary: "Install an App on an organization",
    description:
      "Where it is installed already it is unsuspended and brought up to date, which answers 200. A partner may name the client ids that the organization's grant covers.",
    input: z
      .strictObject({
        ...ofOrganization,
        client_id: ClientId,
        repository_selection: z
          .enum(["all", "selected", "none"])
          .describe("`none` is for Apps without permissions on repositories."),
        repositories: RepositoryNames.optional(),
      })
      .refine(areTogether, together),
    responses: { 200: GitHubApiInstallation, 201: GitHubApiInstallation },
    githubDocs: `${docs}#install-a-github-app-on-an-enterprise-owned-organization`,
  }),

  uninstall: mutation({
    ...writing,
    rest: `DELETE ${installation}`,
    summary: "Uninstall an App from an organization",
    input: z.strictObject(ofInstallation),
    responses: { 204: noContent },
    githubDocs: `${docs}#uninstall-a-github-app-from-an-enterprise-owned-organization`,
  }),

  listRepositories: query({
    ...reading,
    rest: `GET ${installation}/repositories`,
    summary: "List the repositories that an App on an organization can see",
    input: z.strictObject({ ...ofInstallation, ...githubPaging }),
    responses: { 200: AccessibleRepositories },
    githubDocs: `${docs}#get-the-repositories-accessible-to-a-given-github-app-installation`,
  }),

  setRepositorySelection: mutation({
    ...writing,
    rest: `PATCH ${installation}/repositories`,
    summary: "Give an App all repositories of an organization, or selected ones alone",
    input: z
      .strictObject({
        ...ofInstallation,
        repository_selection: z.enum(["all", "selected"]),
        repositories: RepositoryNames.optional(),
      })
      .refine(areTogether, together),
    responses: { 200: GitHubApiInstallation },
    githubDocs: `${docs}#toggle-installation-repository-access-between-selected-and-all-repositories`,
  }),

  addRepositories: mutation({
    ...writing,
    rest: `PATCH ${installation}/repositories/add`,
    summary: "Give an App more repositories of an organization",
    input: z.strictObject({ ...ofInstallation, repositories: RepositoryNames }),
    responses: { 200: AccessibleRepositories },
    githubDocs: `${docs}#grant-repository-access-to-an-organization-installation`,
  }),

  removeRepositories: mutation({
    ...writing,
    rest: `PATCH ${installation}/repositories/remove`,
    summary: "Take repositories of an organization from an App",
    description:
      "GitHub refuses to remove the last repository, and any while all are selected (422).",
    input: z.strictObject({ ...ofInstallation, repositories: RepositoryNames }),
    responses: { 200: AccessibleRepositories },
    githubDocs: `${docs}#remove-repository-access-from-an-organization-installation`,
  }),
};
