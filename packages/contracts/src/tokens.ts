import { z } from "zod";
import { manager, partner } from "./access.ts";
import { mutation, noContent } from "./operation.ts";
import { GitHubName, GithubId, Time } from "./values.ts";

/** GitHub permissions by name. Names are an open set: GitHub adds some every year. */
export const Permissions = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  z.enum(["read", "write", "admin"]),
);
export type Permissions = z.infer<typeof Permissions>;

/** A short-lived installation token. */
export const InstallationToken = z
  .object({
    token: z.string().describe("Opaque, up to 4 KiB. Keep it out of URLs and logs."),
    expiresAt: Time,
    permissions: Permissions,
    repositorySelection: z.enum(["all", "selected"]),
    repositories: z
      .array(z.object({ id: GithubId, name: z.string(), fullName: z.string() }))
      .optional()
      .describe("Present when the token is narrowed to repositories."),
  })
  .meta({ id: "InstallationToken" });
export type InstallationToken = z.infer<typeof InstallationToken>;

export const tokens = {
  createToken: mutation({
    rest: "POST /v1/github/installation/token",
    summary: "Get a short-lived token for the bound installation",
    description:
      "Ask for the least that you need. Without `permissions` the token has all that the installation was granted, which only a key with `github:admin` may ask for. A key with a ceiling is refused with 403 what is beyond it, and gets the ceiling for what it leaves out.",
    access: { ...partner("github:token", "github:admin"), ...manager },
    budget: "write",
    input: z.strictObject({
      repositories: z
        .array(GitHubName)
        .min(1)
        .max(500)
        .refine((names) => new Set(names).size === names.length, "Holds a name twice.")
        .optional()
        .describe("Repository names without the owner; all of the installation's if absent."),
      permissions: Permissions.optional(),
      minValiditySeconds: z
        .int()
        .min(60)
        .max(3000)
        .default(300)
        .describe("The token lives at least this long."),
    }),
    responses: { 201: InstallationToken },
    errors: [
      "NOT_FOUND",
      "INSTALLATION_SUSPENDED",
      "INSTALLATION_UNINSTALLED",
      "GITHUB_UNAVAILABLE",
    ],
    idempotency: "ignored",
  }),

  revokeToken: mutation({
    rest: "DELETE /v1/github/installation/token",
    summary: "Revoke a token that was issued to your organization",
    access: { ...partner("github:token", "github:admin"), ...manager },
    budget: "write",
    input: z.strictObject({ token: z.string().min(1).max(4096) }),
    inputIn: "body",
    responses: { 204: noContent },
    errors: ["NOT_FOUND", "GITHUB_UNAVAILABLE"],
    idempotency: "ignored",
    critical: true,
  }),
};
