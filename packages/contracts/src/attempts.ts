import { z } from "zod";
import { anyMember, manager, partner } from "./access.ts";
import { query } from "./operation.ts";
import { GithubId, prefixedId, Time } from "./values.ts";

/** The CSRF value that travels through GitHub and back: opaque, printable, without spaces. */
export const State = z.string().regex(/^[\x21-\x7e]{16,512}$/);

export const InstallUrl = z
  .object({
    authUrl: z.url().describe("Send the customer's browser here."),
    installUrl: z.url().describe("An alias of `authUrl`."),
    state: z.string(),
    expiresAt: Time,
  })
  .meta({ id: "InstallUrl" });
export type InstallUrl = z.infer<typeof InstallUrl>;

/** Where a run of the install flow stands. */
export const AttemptStatus = z
  .enum(["created", "redirected", "requested", "verified", "bound", "failed", "expired"])
  .meta({ id: "AttemptStatus" });
export type AttemptStatus = z.infer<typeof AttemptStatus>;

/** Why a run of the install flow failed. */
export const AttemptReason = z
  .enum(["access_denied", "not_proven", "not_admin", "sso_required", "expired"])
  .meta({ id: "AttemptReason" });
export type AttemptReason = z.infer<typeof AttemptReason>;

export const InstallAttempt = z
  .object({
    attemptId: prefixedId("att"),
    status: AttemptStatus,
    reason: AttemptReason.optional(),
    nextAction: z
      .object({ text: z.string(), url: z.url().optional() })
      .optional()
      .describe("What the customer or you should do now."),
    installationId: GithubId.optional(),
    expiresAt: Time,
  })
  .meta({ id: "InstallAttempt" });
export type InstallAttempt = z.infer<typeof InstallAttempt>;

export const attempts = {
  installUrl: query({
    rest: "GET /v1/github/installation/install-url",
    summary: "Create a short-lived GitHub App install URL",
    description:
      "Send your customer's browser to `authUrl`. After the installation the browser arrives at your `returnUrl` with `installation_id` and `state`; post both to `POST /v1/github/installation`. The URL expires after 15 minutes.",
    access: { ...partner("github:admin"), ...manager },
    budget: "write",
    input: z.strictObject({
      returnUrl: z
        .string()
        .min(1)
        .max(2048)
        .describe("An HTTPS URL whose host is on the key's allowed return domains."),
      state: State.optional().describe(
        "An opaque value for CSRF protection, 16 to 512 printable characters. Generated if absent.",
      ),
    }),
    responses: { 200: InstallUrl },
    errors: ["RETURN_URL_NOT_ALLOWED"],
  }),

  getInstallAttempt: query({
    rest: "GET /v1/github/installation/attempt",
    summary: "Read where an install attempt stands and what to do next",
    description: "Give either `state` or `attemptId`.",
    access: { ...partner("github:admin"), ...anyMember },
    budget: "read",
    input: z
      .strictObject({
        state: z.string().min(1).max(512).optional(),
        attemptId: z.string().min(1).max(64).optional(),
      })
      .refine(({ state, attemptId }) => (state === undefined) !== (attemptId === undefined), {
        path: ["state"],
        message: "Give either state or attemptId.",
      }),
    responses: { 200: InstallAttempt },
    errors: ["NOT_FOUND"],
  }),
};
