import { AppError, type PlanStep } from "@layers/contracts";
import type { EnterprisePlanRow, Store } from "@layers/storage";
import { auditLine } from "../audit.ts";
import { type Clock, seconds } from "../clock.ts";
import type { EnterpriseGrant } from "../enterprise/enterprise-grant.ts";
import type { Enterprises } from "../enterprise/enterprises.ts";
import { type JobRun, Postponed } from "../jobs/job-handler.ts";
import { type EnterpriseApps, enterpriseApps } from "./enterprise-apps.ts";
import { readTarget, type Target, writeTarget } from "./plan-rows.ts";
import { countEnded } from "./plan-view.ts";
import { PlanStopped } from "./refusals.ts";

export interface PlanRunDeps {
  readonly store: Store;
  readonly enterprises: Enterprises;
  readonly clock: Clock;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** How long GitHub is left alone between two changes. */
  readonly mutationPauseMilliseconds: number;
}

/** A job on its way through a plan. */
export interface PlanRun {
  readonly wait: PlanRunDeps["wait"];
  /** The targets of which nothing was decided yet, in the order of the work. */
  pending(): Target[];
  /** Writes what became of a target. @throws {LeaseLost} */
  save(target: Target): Promise<void>;
  /** Waits until GitHub may be asked for a change again. */
  pause(): Promise<void>;
  /**
   * What the enterprise is looked at and changed with now.
   *
   * @throws {PlanStopped} when the partner may no longer change the enterprise
   * @throws {Postponed} while an older plan of the enterprise is at work
   */
  open(): Promise<EnterpriseApps>;
  /** Writes into the audit log what is about to be done. @throws {LeaseLost} */
  announce(target: Target, step: PlanStep): Promise<void>;
  /** Remembers that GitHub was asked for a change just now. */
  noteMutation(): void;
}

interface Applied {
  readonly job: JobRun<unknown>;
  readonly plan: EnterprisePlanRow;
}

export async function createPlanRun(deps: PlanRunDeps, applied: Applied): Promise<PlanRun> {
  const { store, wait, clock } = deps;
  const { job, plan } = applied;
  const targets = (await store.enterprisePlans.listTargets(plan.id)).map(readTarget);
  const total = targets.flatMap(({ steps }) => steps).length;
  await job.progress(countEnded(targets), total);
  let quietUntil = 0;

  return {
    wait,
    pending: () => targets.filter(({ status }) => status === "pending"),

    async save(target) {
      targets[target.position] = target;
      await job.transaction((tx) => tx.enterprisePlans.saveTarget(writeTarget(target)));
      await job.progress(countEnded(targets), total);
    },

    async pause() {
      const quiet = quietUntil - performance.now();
      if (quiet > 0) await wait(quiet);
    },

    async open() {
      job.signal.throwIfAborted();
      const grant = await requireGrant(deps, plan);
      await giveWay(deps, job.id, grant);
      return enterpriseApps(deps.enterprises, grant);
    },

    async announce({ organization, clientId }, step) {
      const actor = { organizationId: plan.organizationId, actor: plan.appliedBy ?? "service" };
      const details = { planId: plan.id, clientId, ...step };
      const event = { action: "enterprise.step", target: organization, details };
      await job.transaction((tx) => tx.audit.append(auditLine(clock, actor, event)));
    },

    noteMutation() {
      quietUntil = performance.now() + deps.mutationPauseMilliseconds;
    },
  };
}

/** Whether the plan may go on is asked before each step, for it may take hours. */
async function requireGrant(
  { store, enterprises }: PlanRunDeps,
  { organizationId, grantId }: EnterprisePlanRow,
): Promise<EnterpriseGrant> {
  const organization = await store.organizations.find(organizationId);
  if (organization?.suspendedAt !== null) throw new PlanStopped("Your organization is suspended.");
  const known = await store.enterpriseGrants.find(grantId);
  const live = await enterprises
    .requireGrant(organizationId, known?.slug ?? "")
    .catch((error: unknown) => {
      if (error instanceof AppError && error.code === "NOT_FOUND") return undefined;
      throw error;
    });
  if (live?.id !== grantId)
    throw new PlanStopped("Your organization's grant of the enterprise was revoked.");
  return live;
}

const giveWaySeconds = 2;

/** Plans of one enterprise are applied one after the other, the oldest first. */
async function giveWay(
  { store, clock }: PlanRunDeps,
  jobId: string,
  grant: EnterpriseGrant,
): Promise<void> {
  const others = await store.enterprisePlans.listJobs(grant);
  for (const older of others.filter((id) => id < jobId))
    if ((await store.jobs.find(older))?.status === "running")
      throw new Postponed(clock() + seconds(giveWaySeconds));
}
