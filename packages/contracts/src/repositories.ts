import { z } from "zod";
import { anyMember, partner } from "./access.ts";
import { query } from "./operation.ts";
import { GithubId } from "./values.ts";

export const Repository = z
  .object({
    repoId: GithubId,
    fullName: z.string(),
    owner: z.string(),
    private: z.boolean(),
    defaultBranch: z.string(),
    language: z.string().nullable(),
    primaryLanguage: z.string().nullable().describe("An alias of `language`."),
    htmlUrl: z.url(),
  })
  .meta({ id: "Repository" });
export type Repository = z.infer<typeof Repository>;

export const RepositoryPage = z
  .object({
    items: z.array(Repository),
    nextCursor: z.string().nullable().describe("Pass it as `cursor` for what follows."),
  })
  .meta({ id: "RepositoryPage" });
export type RepositoryPage = z.infer<typeof RepositoryPage>;

export const repositories = {
  listRepos: query({
    rest: "GET /v1/github/repos",
    summary: "List the repositories that the installation can see",
    description:
      "Follow `nextCursor` until it is null. A page of a search may hold fewer items than `limit`, even none, and still have a next one.",
    access: { ...partner("github:admin"), ...anyMember },
    budget: "read",
    input: z.strictObject({
      cursor: z.string().min(1).max(200).optional(),
      limit: z.int().min(1).max(200).default(30),
      search: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe("A part of the full name; case does not matter."),
    }),
    responses: { 200: RepositoryPage },
    errors: [
      "NOT_FOUND",
      "INSTALLATION_SUSPENDED",
      "INSTALLATION_UNINSTALLED",
      "GITHUB_UNAVAILABLE",
    ],
  }),
};
