import { z } from "zod";
import { partner } from "./access.ts";
import { query } from "./operation.ts";
import { prefixedId, Time } from "./values.ts";

export const JobId = prefixedId("job");

/** Work that goes on after the answer. */
export const Job = z
  .object({
    id: JobId,
    kind: z.string().describe("What is being done, such as `enterprise.apply-plan`."),
    status: z
      .enum(["waiting", "running", "done", "failed"])
      .describe("`waiting` also between two tries; `failed` after the last one."),
    stepsDone: z.int().min(0),
    stepsTotal: z.int().min(0).describe("0 until it is known."),
    attempts: z.int().min(0).describe("How often it was begun."),
    createdAt: Time,
    changedAt: Time,
  })
  .meta({ id: "Job" });
export type Job = z.infer<typeof Job>;

export const jobs = {
  get: query({
    rest: "GET /v1/jobs/{id}",
    summary: "Tell how far a job is",
    description: "A job that is done can be looked up for a day.",
    access: partner("jobs:read"),
    budget: "read",
    input: z.strictObject({ id: JobId }),
    responses: { 200: Job },
    errors: ["NOT_FOUND"],
  }),
};
