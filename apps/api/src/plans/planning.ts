import { AppError, type EnterprisePlan, type Job, type WantedState } from "@layers/contracts";
import type { EnterpriseGrantRow, EnterprisePlanRow, Queries, Store } from "@layers/storage";
import { type Actor, type AuditEvent, auditLine } from "../audit.ts";
import { type Clock, hours } from "../clock.ts";
import type { Enterprises } from "../enterprise/enterprises.ts";
import { newId } from "../ids.ts";
import { createEnqueue } from "../jobs/job-kind.ts";
import { toJobView } from "../jobs/job-view.ts";
import { applyPlanKind } from "./apply-plan.ts";
import { compare, requireCovered, toWishes } from "./compare.ts";
import { enterpriseApps } from "./enterprise-apps.ts";
import { readTarget, type Target, writeTarget } from "./plan-rows.ts";
import { toPlanView } from "./plan-view.ts";

export interface PlanningDeps {
  readonly store: Store;
  readonly enterprises: Enterprises;
  readonly clock: Clock;
}

/** A plan, by the enterprise that it is about. */
export interface PlanReference {
  /** Slug or number. */
  readonly enterprise: string;
  readonly id: string;
}

/** Compares enterprises with what organizations want of them, and has them made so. */
export interface Planning {
  /** @throws `NOT_FOUND` for an enterprise that is not granted, `FORBIDDEN` for an App that is not. */
  make(actor: Actor, enterprise: string, wanted: WantedState): Promise<EnterprisePlan>;
  /** Returns the job that does it. @throws `NOT_FOUND`, `PLAN_APPLIED`, `PLAN_EXPIRED` */
  apply(actor: Actor, plan: PlanReference): Promise<Job>;
  /** @throws `NOT_FOUND` for what is not the organization's. */
  show(organizationId: string, plan: PlanReference): Promise<EnterprisePlan>;
}

/** How long a plan can be applied: what it compared grows old. */
const lifeMicroseconds = hours(1);

export function createPlanning(deps: PlanningDeps): Planning {
  const { store, enterprises, clock } = deps;
  const enqueue = createEnqueue(clock);
  const audit = (tx: Queries, actor: Actor, event: AuditEvent) =>
    tx.audit.append(auditLine(clock, actor, event));

  return {
    async make(actor, enterprise, wanted) {
      const grant = await enterprises.requireGrant(actor.organizationId, enterprise);
      const wishes = toWishes(wanted);
      requireCovered(grant, wishes);
      const compared = await compare(enterpriseApps(enterprises, grant), wishes);
      const plan = newPlan(grant, clock());
      const targets = compared.map((each, position) => ({ ...each, planId: plan.id, position }));
      await store.transaction(async (tx) => {
        await tx.enterprisePlans.insert(plan, targets.map(writeTarget));
        const details = { enterpriseId: grant.enterpriseId, steps: countSteps(targets) };
        await audit(tx, actor, { action: "enterprise.plan", target: plan.id, details });
      });
      return toPlanView({ plan, grant, targets }, clock());
    },

    async apply(actor, reference) {
      const { organizationId } = actor;
      const { plan, grant } = await requirePlan(store, organizationId, reference);
      const live = await enterprises.requireGrant(organizationId, grant.slug);
      if (live.id !== plan.grantId) throw new AppError("NOT_FOUND");
      return store.transaction(async (tx) => {
        const payload = { planId: plan.id };
        const jobId = await enqueue(tx, applyPlanKind, { payload, organizationId });
        const by = { jobId, appliedBy: actor.actor };
        if (!(await tx.enterprisePlans.beginApplying(plan.id, by, clock())))
          throw await refusalToApply(tx, plan.id);
        const details = { enterpriseId: grant.enterpriseId, jobId };
        await audit(tx, actor, { action: "enterprise.apply", target: plan.id, details });
        const job = await tx.jobs.find(jobId);
        if (!job) throw new Error(`The job ${jobId} was not added.`);
        return toJobView(job);
      });
    },

    async show(organizationId, reference) {
      const { plan, grant } = await requirePlan(store, organizationId, reference);
      const rows = await store.enterprisePlans.listTargets(plan.id);
      const job = plan.jobId === null ? undefined : await store.jobs.find(plan.jobId);
      return toPlanView({ plan, grant, targets: rows.map(readTarget), job }, clock());
    },
  };
}

const newPlan = (
  { id: grantId, organizationId }: Pick<EnterpriseGrantRow, "id" | "organizationId">,
  now: number,
): EnterprisePlanRow => ({
  id: newId("plan"),
  organizationId,
  grantId,
  status: "planned",
  appliedBy: null,
  jobId: null,
  createdAt: now,
  expiresAt: now + lifeMicroseconds,
  finishedAt: null,
});

const countSteps = (targets: readonly Target[]): number =>
  targets.reduce((sum, { steps }) => sum + steps.length, 0);

/** What was planned can be read when the grant has ended, too: why it stopped stands there. */
async function requirePlan(
  { enterprisePlans, enterpriseGrants }: Pick<Store, "enterprisePlans" | "enterpriseGrants">,
  organizationId: string,
  { enterprise, id }: PlanReference,
): Promise<{ plan: EnterprisePlanRow; grant: EnterpriseGrantRow }> {
  const plan = await enterprisePlans.find(id);
  if (plan?.organizationId !== organizationId) throw new AppError("NOT_FOUND");
  const grant = await enterpriseGrants.find(plan.grantId);
  const names = [grant?.slug.toLowerCase(), String(grant?.enterpriseId)];
  if (!grant || !names.includes(enterprise.toLowerCase())) throw new AppError("NOT_FOUND");
  return { plan, grant };
}

async function refusalToApply(tx: Queries, planId: string): Promise<AppError> {
  const plan = await tx.enterprisePlans.find(planId);
  return new AppError(plan?.status === "planned" ? "PLAN_EXPIRED" : "PLAN_APPLIED");
}
