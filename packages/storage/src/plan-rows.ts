import type { Microseconds } from "./microseconds.ts";

/** A comparison of an enterprise with what is wanted of it, and what came of it. */
export interface EnterprisePlanRow {
  id: string;
  organizationId: string;
  grantId: string;
  status: "planned" | "applying" | "applied" | "failed";
  /** How the audit log names who applied it. */
  appliedBy: string | null;
  jobId: string | null;
  createdAt: Microseconds;
  expiresAt: Microseconds;
  finishedAt: Microseconds | null;
}

/** What a plan is about: one App on one organization of the enterprise. */
export interface EnterprisePlanTargetRow {
  planId: string;
  position: number;
  /** The organization's login at GitHub. */
  organization: string;
  clientId: string;
  /** JSON; null where the App is not wanted at all. */
  wanted: string | null;
  /** JSON list of steps with their status. */
  steps: string;
  status: "pending" | "done" | "failed";
  reason: string | null;
}
