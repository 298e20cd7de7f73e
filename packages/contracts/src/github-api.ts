import { z } from "zod";
import { anyMember, holderOf, partner } from "./access.ts";
import { mutation, noContent, query } from "./operation.ts";
import { GitHubName, GithubId } from "./values.ts";

const docs = "https://docs.github.com/rest/apps/installations";

/** GitHub's way to page: `Link` leads on. */
export const githubPaging = {
  per_page: z.int().min(1).max(100).default(30).describe("Items on a page."),
  page: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .default(1),
};

/** A repository as GitHub shows it: these fields, and all that GitHub adds. */
export const GitHubApiRepository = z
  .looseObject({
    id: GithubId,
    name: z.string(),
    full_name: z.string(),
    private: z.boolean(),
    owner: z.looseObject({ id: GithubId, login: z.string() }),
    html_url: z.string(),
  })
  .meta({ id: "GitHubApiRepository" });
export type GitHubApiRepository = z.infer<typeof GitHubApiRepository>;

/** An installation as GitHub shows it: these fields, and all that GitHub adds. */
export const GitHubApiInstallation = z
  .looseObject({
    id: GithubId,
    app_id: GithubId,
    account: z.looseObject({ id: GithubId }).nullable(),
    target_type: z.string(),
    permissions: z.record(z.string(), z.string()),
    repository_selection: z.string(),
    html_url: z.string(),
  })
  .meta({ id: "GitHubApiInstallation" });
export type GitHubApiInstallation = z.infer<typeof GitHubApiInstallation>;

const total = { total_count: z.int().min(0) };

export const GitHubApiRepositories = z
  .looseObject({ ...total, repositories: z.array(GitHubApiRepository) })
  .meta({ id: "GitHubApiRepositories" });

export const GitHubApiInstallations = z
  .looseObject({ ...total, installations: z.array(GitHubApiInstallation) })
  .meta({ id: "GitHubApiInstallations" });

export const ContentAttachment = z
  .looseObject({ id: GithubId, title: z.string(), body: z.string() })
  .meta({ id: "ContentAttachment" });

const membership = {
  input: z.strictObject({ installation_id: GithubId, repository_id: GithubId }),
  access: holderOf("ghp"),
  budget: "write",
  responses: { 204: noContent },
} as const;

/** The routes of GitHub's that GitHub's own clients find here. */
export const githubApi = {
  listInstallationRepositories: query({
    rest: "GET /installation/repositories",
    summary: "List the repositories that an installation can see",
    access: { ...partner("github:admin"), ...holderOf("ghs") },
    budget: "read",
    input: z.strictObject(githubPaging),
    responses: { 200: GitHubApiRepositories },
    errors: [
      "NOT_FOUND",
      "INSTALLATION_SUSPENDED",
      "INSTALLATION_UNINSTALLED",
      "GITHUB_UNAVAILABLE",
    ],
    githubDocs: `${docs}#list-repositories-accessible-to-the-app-installation`,
  }),

  listUserInstallations: query({
    rest: "GET /user/installations",
    summary: "List this App's installations that a person can reach",
    access: { ...anyMember, ...holderOf("ghu") },
    budget: "read",
    input: z.strictObject(githubPaging),
    responses: { 200: GitHubApiInstallations },
    errors: ["GITHUB_RECONNECT", "NOT_FOUND", "GITHUB_UNAVAILABLE"],
    githubDocs: `${docs}#list-app-installations-accessible-to-the-user-access-token`,
  }),

  listUserInstallationRepositories: query({
    rest: "GET /user/installations/{installation_id}/repositories",
    summary: "List the repositories that both a person and an installation can see",
    description: "Each repository says in `permissions` what the person may do there.",
    access: { ...anyMember, ...holderOf("ghu") },
    budget: "read",
    input: z.strictObject({ installation_id: GithubId, ...githubPaging }),
    responses: { 200: GitHubApiRepositories },
    errors: ["GITHUB_RECONNECT", "NOT_FOUND", "GITHUB_UNAVAILABLE"],
    githubDocs: `${docs}#list-repositories-accessible-to-the-user-access-token`,
  }),

  addRepository: mutation({
    ...membership,
    rest: "PUT /user/installations/{installation_id}/repositories/{repository_id}",
    inputIn: "query",
    summary: "Add a repository to an installation",
    description: "GitHub takes nothing but a classic personal access token with the scope `repo`.",
    errors: ["NOT_FOUND", "GITHUB_UNAVAILABLE"],
    githubDocs: `${docs}#add-a-repository-to-an-app-installation`,
  }),

  removeRepository: mutation({
    ...membership,
    rest: "DELETE /user/installations/{installation_id}/repositories/{repository_id}",
    summary: "Remove a repository from an installation",
    description:
      "GitHub takes nothing but a classic personal access token with the scope `repo`. It refuses to remove the last repository, and any while all are selected (422).",
    errors: ["NOT_FOUND", "GITHUB_UNAVAILABLE"],
    githubDocs: `${docs}#remove-a-repository-from-an-app-installation`,
  }),

  createContentAttachment: mutation({
    rest: "POST /content_references/{content_reference_id}/attachments",
    alsoAt: ["/repos/{owner}/{repo}/content_references/{content_reference_id}/attachments"],
    summary: "Attach text to a URL in an issue or a pull request",
    description:
      "GitHub removed it in 2021; GitHub Enterprise Server has it up to 3.3. Elsewhere the answer is 410 `GONE`.",
    access: { ...partner("github:admin"), ...holderOf("ghs") },
    budget: "write",
    input: z
      .strictObject({
        owner: GitHubName.optional(),
        repo: GitHubName.optional(),
        content_reference_id: GithubId,
        title: z.string().min(1).max(1024),
        body: z.string().min(1).max(262_144).describe("Markdown."),
      })
      .refine(({ owner, repo }) => (owner === undefined) === (repo === undefined), {
        path: ["repo"],
        error: "Goes together with the owner.",
      }),
    maxBodyBytes: 2 * 1024 * 1024,
    responses: { 200: ContentAttachment },
    errors: [
      "NOT_FOUND",
      "INSTALLATION_SUSPENDED",
      "INSTALLATION_UNINSTALLED",
      "GONE",
      "GITHUB_UNAVAILABLE",
    ],
    githubDocs:
      "https://docs.github.com/enterprise-server@3.3/rest/reference/apps#create-a-content-attachment",
  }),
};
