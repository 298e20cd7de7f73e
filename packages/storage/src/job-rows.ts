import type { Microseconds } from "./microseconds.ts";

/** A piece of work that is done apart from the request that asked for it. */
export interface JobRow {
  id: string;
  /** By which its handler is found. */
  kind: string;
  /** Whose work it is; empty for the service's own. */
  organizationId: string;
  /** The lower, the sooner: 0 before 1 before 2. */
  lane: number;
  /** Of the waiting jobs of a kind and an organization, only one has it. */
  uniqueKey: string | null;
  /** JSON. */
  payload: string;
  status: "waiting" | "running" | "done" | "dead";
  /** How often it was begun, as far as it counts. */
  attempts: number;
  maxAttempts: number;
  /** Grows each time that the job is begun: whoever holds an older one has lost it. */
  fence: number;
  runAt: Microseconds;
  /** While it runs: when others may take it over. */
  leasedUntil: Microseconds | null;
  stepsDone: number;
  stepsTotal: number;
  lastError: string | null;
  createdAt: Microseconds;
  changedAt: Microseconds;
}

/** When an organization last had its turn. */
export interface JobTurnRow {
  organizationId: string;
  servedAt: Microseconds;
}

/** When a job that comes again and again is due next. */
export interface JobScheduleRow {
  name: string;
  nextAt: Microseconds;
}
