import { z } from "zod";
import { partner } from "./access.ts";
import { ClientId, EnterpriseName, OrganizationLogin } from "./enterprise.ts";
import { Job, JobId } from "./jobs.ts";
import { mutation, query } from "./operation.ts";
import { GitHubName, prefixedId, Time } from "./values.ts";

export const PlanId = prefixedId("plan");

/** The most repositories that GitHub takes in one call. */
export const mostRepositoriesPerCall = 50;

/** The most places that a plan is about: GitHub is asked about each while the caller waits. */
const mostTargets = 100;

/** One App on one organization of the enterprise. */
const place = {
  organization: OrganizationLogin.describe("Its login."),
  clientId: ClientId.describe("The App's client id."),
};

/** Where an App is wanted, and what it may reach there. */
export const WantedInstallation = z
  .strictObject({
    ...place,
    repositorySelection: z
      .enum(["all", "selected", "none"])
      .describe("`none` for an App that uses no repository permission."),
    repositories: z
      .array(GitHubName)
      .min(1)
      .max(500)
      .optional()
      .describe("Names without the owner; with `selected` and with nothing else."),
  })
  .refine(
    ({ repositorySelection, repositories }) =>
      (repositorySelection === "selected") === (repositories !== undefined),
    { path: ["repositories"], error: "Goes together with `selected`." },
  );
export type WantedInstallation = z.infer<typeof WantedInstallation>;

/** One change at GitHub. Done twice it would change nothing more; it is done once. */
export const PlanStep = z
  .object({
    action: z.enum(["install", "select", "add", "remove", "uninstall"]),
    repositorySelection: z.enum(["all", "selected", "none"]).optional(),
    repositories: z.array(z.string()).optional(),
  })
  .meta({ id: "PlanStep" });
export type PlanStep = z.infer<typeof PlanStep>;

/** A step, and what came of it. */
export const PlannedStep = PlanStep.extend({
  status: z
    .enum(["pending", "done", "unneeded", "failed"])
    .describe("`unneeded`: it was so already when its turn came."),
}).meta({ id: "PlannedStep" });
export type PlannedStep = z.infer<typeof PlannedStep>;

/** What is planned for one App on one organization, and what came of it. */
export const PlanTarget = z
  .object({
    organization: z.string(),
    clientId: z.string(),
    status: z.enum(["pending", "done", "failed"]).describe("`done` also where nothing is to do."),
    reason: z.string().optional().describe("Why it failed, for a person."),
    steps: z.array(PlannedStep),
  })
  .meta({ id: "PlanTarget" });
export type PlanTarget = z.infer<typeof PlanTarget>;

export const EnterprisePlan = z
  .object({
    id: PlanId,
    enterprise: z.string().describe("The enterprise's slug."),
    status: z
      .enum(["planned", "applying", "applied", "failed", "expired"])
      .describe("`failed`: something is not as wanted; each organization tells its reason."),
    organizations: z.array(PlanTarget).describe("In the order of the work."),
    stepsDone: z.int().min(0).describe("Those that are not needed any more among them."),
    stepsTotal: z.int().min(0).describe("0: everything is as wanted."),
    jobId: JobId.optional().describe("The job that applies it."),
    createdAt: Time,
    expiresAt: Time.describe("Until when it can be applied."),
  })
  .meta({ id: "EnterprisePlan" });
export type EnterprisePlan = z.infer<typeof EnterprisePlan>;

/** What is wanted of an enterprise. What it does not name is left alone. */
export const WantedState = z
  .strictObject({
    installations: z.array(WantedInstallation).max(mostTargets).default([]),
    absent: z
      .array(z.strictObject(place))
      .max(mostTargets)
      .default([])
      .describe("Where an App is not wanted: it is uninstalled there."),
  })
  .refine(({ installations, absent }) => installations.length + absent.length > 0, {
    path: ["installations"],
    error: "Name at least one, here or in `absent`.",
  })
  .refine(({ installations, absent }) => installations.length + absent.length <= mostTargets, {
    path: ["installations"],
    error: `Must have at most ${mostTargets} items together with \`absent\`.`,
  })
  .refine(
    ({ installations, absent }) => {
      const places = [...installations, ...absent].map(keyOfPlace);
      return new Set(places).size === places.length;
    },
    { path: ["installations"], error: "Holds an App twice for one organization." },
  );
export type WantedState = z.infer<typeof WantedState>;

const keyOfPlace = (at: { readonly organization: string; readonly clientId: string }): string =>
  `${at.organization.toLowerCase()} ${at.clientId}`;

const plan = { enterprise: EnterpriseName, id: PlanId };

/** To be spread into the operations on enterprises. */
export const enterprisePlans = {
  plan: mutation({
    rest: "POST /v1/enterprises/{enterprise}/plans",
    summary: "Compare an enterprise with what you want, and list the steps in between",
    description: "Changes nothing at GitHub. The plan can be applied once, within an hour.",
    access: partner("enterprise:write"),
    budget: "write",
    input: WantedState.safeExtend({ enterprise: EnterpriseName }),
    maxBodyBytes: 2 * 1024 * 1024,
    responses: { 201: EnterprisePlan },
    errors: [
      "FORBIDDEN",
      "NOT_FOUND",
      "INSTALLATION_SUSPENDED",
      "INSTALLATION_UNINSTALLED",
      "GITHUB_UNAVAILABLE",
    ],
  }),

  apply: mutation({
    rest: "POST /v1/enterprises/{enterprise}/plans/{id}/apply",
    summary: "Do the steps of a plan",
    description:
      "Goes on after the answer: step by step, looking before each whether it is still needed. Poll the job or the plan.",
    access: partner("enterprise:write"),
    budget: "long-running",
    input: z.strictObject(plan),
    responses: { 202: Job },
    errors: ["NOT_FOUND", "PLAN_APPLIED", "PLAN_EXPIRED"],
  }),

  getPlan: query({
    rest: "GET /v1/enterprises/{enterprise}/plans/{id}",
    summary: "Read a plan, how far it is, and what came of each organization",
    access: partner("enterprise:write"),
    budget: "read",
    input: z.strictObject(plan),
    responses: { 200: EnterprisePlan },
    errors: ["NOT_FOUND"],
  }),
};
