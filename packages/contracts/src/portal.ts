import { z } from "zod";
import { anyMember, manager } from "./access.ts";
import { mutation, query } from "./operation.ts";
import { GithubId } from "./values.ts";

export const CompletedInstall = z
  .object({
    ok: z.literal(true),
    status: z
      .enum(["installed", "updated"])
      .describe("`installed` when it is new or was gone, `updated` when it stood."),
  })
  .meta({ id: "CompletedInstall" });
export type CompletedInstall = z.infer<typeof CompletedInstall>;

export const PortalInstallUrl = z
  .object({ installUrl: z.url().describe("Send the browser here.") })
  .meta({ id: "PortalInstallUrl" });
export type PortalInstallUrl = z.infer<typeof PortalInstallUrl>;

export const UninstalledApp = z
  .object({
    ok: z.literal(true),
    status: z.enum(["uninstalled", "already_uninstalled"]),
    installation_id: GithubId,
  })
  .meta({ id: "UninstalledApp" });
export type UninstalledApp = z.infer<typeof UninstalledApp>;

/** What the portal shows of a user's GitHub account and of his organization's installation. */
export const GitHubStatus = z
  .object({
    connected: z.boolean().describe("Whether a GitHub account is linked, and GitHub says so too."),
    username: z.string().optional(),
    avatarUrl: z.url().optional(),
    reason: z
      .enum(["token_invalid", "github_unreachable"])
      .optional()
      .describe("Why a linked account is not connected now."),
    appInstalled: z.boolean().describe("Whether the organization has an installation."),
  })
  .meta({ id: "GitHubStatus" });
export type GitHubStatus = z.infer<typeof GitHubStatus>;

export const portal = {
  completeInstall: mutation({
    rest: "POST /github/app/install/complete",
    alsoAt: ["/api/github/app/install/complete"],
    summary: "Persist the GitHub App installation after the redirect to the portal",
    description:
      "You must administer the installation: an install URL of yours has proven it, or your linked GitHub account proves it now. Without either the answer is 401 with `reconnect: true`.",
    access: manager,
    budget: "write",
    input: z.strictObject({
      installation_id: GithubId.describe("As GitHub's redirect has it."),
      setup_action: z.enum(["install", "update"]).optional(),
    }),
    responses: { 200: CompletedInstall },
    errors: ["GITHUB_RECONNECT", "CONFLICT", "GITHUB_UNAVAILABLE"],
    critical: true,
  }),

  installUrl: query({
    rest: "GET /github/app/install-url",
    summary: "Create a short-lived URL on which to install the App",
    description:
      "The browser comes back to `returnUrl` with `installation_id` and `setup_action`. The URL expires after 15 minutes.",
    access: manager,
    budget: "write",
    input: z.strictObject({
      returnUrl: z
        .string()
        .min(1)
        .max(2048)
        .optional()
        .describe("A page of the portal; its home when absent."),
    }),
    responses: { 200: PortalInstallUrl },
    errors: ["RETURN_URL_NOT_ALLOWED"],
  }),

  uninstall: mutation({
    rest: "POST /github/app/uninstall",
    summary: "Uninstall the App on GitHub from your organization's account",
    description: "Tokens that were issued for it are revoked before the answer.",
    access: manager,
    budget: "write",
    input: z.strictObject({}),
    responses: { 200: UninstalledApp },
    errors: ["NOT_FOUND", "GITHUB_UNAVAILABLE"],
    critical: true,
  }),

  githubStatus: query({
    rest: "GET /github/status",
    summary: "Say whether your GitHub account is linked and the App installed",
    access: anyMember,
    budget: "read",
    input: z.strictObject({}),
    responses: { 200: GitHubStatus },
    errors: [],
  }),
};
