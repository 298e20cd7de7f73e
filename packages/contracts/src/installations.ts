import { z } from "zod";
import { anyMember, manager, partner } from "./access.ts";
import { mutation, query } from "./operation.ts";
import { GithubId, PreciseTime } from "./values.ts";

/** The GitHub account that installed the App. */
export const GithubAccount = z
  .object({ login: z.string(), type: z.enum(["User", "Organization"]) })
  .meta({ id: "GithubAccount" });
export type GithubAccount = z.infer<typeof GithubAccount>;

const registered = {
  installationId: GithubId,
  githubAccount: GithubAccount,
  orgLogin: z.string().describe("The account's login."),
  registeredAt: PreciseTime.describe("When the binding was made; never changes while it lives."),
};

/** A binding as `registerInstallation` answers it. */
export const RegisteredInstallation = z
  .object({ ...registered, status: z.enum(["active", "suspended"]) })
  .meta({ id: "RegisteredInstallation" });
export type RegisteredInstallation = z.infer<typeof RegisteredInstallation>;

/** The organization's binding as it stands. */
export const Installation = z
  .object({
    ...registered,
    status: z.enum(["active", "suspended", "uninstalled"]),
    lastVerifiedAt: PreciseTime.describe("When GitHub last confirmed the status."),
  })
  .meta({ id: "Installation" });
export type Installation = z.infer<typeof Installation>;

export const DetachedInstallation = z
  .object({ installationId: GithubId, status: z.enum(["detached", "uninstalled"]) })
  .meta({ id: "DetachedInstallation" });
export type DetachedInstallation = z.infer<typeof DetachedInstallation>;

export const HealthCheck = z
  .object({
    name: z.enum([
      "exists",
      "not_suspended",
      "permissions_granted",
      "repositories_selected",
      "token_can_be_minted",
      "rate_limit_left",
      "clock_in_step",
    ]),
    ok: z.boolean(),
    reason: z.string().optional().describe("What is wrong, for a person."),
    fixUrl: z.url().optional().describe("The page on which to mend it."),
  })
  .meta({ id: "HealthCheck" });
export type HealthCheck = z.infer<typeof HealthCheck>;

export const InstallationHealth = z
  .object({ healthy: z.boolean(), checks: z.array(HealthCheck) })
  .meta({ id: "InstallationHealth" });
export type InstallationHealth = z.infer<typeof InstallationHealth>;

export const installations = {
  registerInstallation: mutation({
    rest: "POST /v1/github/installation",
    summary: "Bind the installation that your customer just authorized",
    description:
      "Posting the installation that is bound already is a no-op: `registeredAt` stays that of the first time.",
    access: { ...partner("github:admin"), ...manager },
    budget: "write",
    input: z.strictObject({
      installationId: GithubId.describe("The `installation_id` of the redirect."),
      state: z.string().min(1).max(512).describe("The `state` of the redirect."),
    }),
    responses: { 201: RegisteredInstallation },
    errors: ["CONFLICT", "GITHUB_UNAVAILABLE"],
    critical: true,
  }),

  getInstallation: query({
    rest: "GET /v1/github/installation",
    summary: "Read the organization's binding",
    access: { ...partner("github:admin"), ...anyMember },
    budget: "read",
    input: z.strictObject({}),
    responses: { 200: Installation },
    errors: ["NOT_FOUND"],
  }),

  detachInstallation: mutation({
    rest: "DELETE /v1/github/installation",
    summary: "Detach the organization's installation",
    description: "Tokens that were issued for it are revoked before the answer.",
    access: { ...partner("github:admin"), ...manager },
    budget: "write",
    input: z.strictObject({
      uninstall: z.boolean().default(false).describe("Also uninstall the App on GitHub."),
    }),
    responses: { 200: DetachedInstallation },
    errors: ["NOT_FOUND", "GITHUB_UNAVAILABLE"],
    critical: true,
  }),

  installationHealth: query({
    rest: "GET /v1/github/installation/health",
    summary: "Check everything that the binding needs, and say how to mend it",
    access: { ...partner("github:admin"), ...anyMember },
    budget: "read",
    input: z.strictObject({}),
    responses: { 200: InstallationHealth },
    errors: ["NOT_FOUND", "GITHUB_UNAVAILABLE"],
  }),
};
