import type { Dialect } from "../dialect.ts";

/** What shall become of an enterprise's installations, and how far that is. */
export const plans = ({ integer, strict }: Dialect): string[] => [
  `create table "enterprisePlans" (
    "id" text primary key not null,
    "organizationId" text not null references "organizations" ("id"),
    "grantId" text not null references "enterpriseGrants" ("id"),
    "status" text not null check ("status" in ('planned', 'applying', 'applied', 'failed')),
    "appliedBy" text,
    "jobId" text,
    "createdAt" ${integer} not null,
    "expiresAt" ${integer} not null,
    "finishedAt" ${integer},
    check (("status" = 'planned') = ("jobId" is null)),
    check (("status" = 'planned') = ("appliedBy" is null))
  ) ${strict}`,
  `create index "enterprisePlansByAge" on "enterprisePlans" ("createdAt")`,

  `create table "enterprisePlanTargets" (
    "planId" text not null references "enterprisePlans" ("id") on delete cascade,
    "position" ${integer} not null,
    "organization" text not null,
    "clientId" text not null,
    "wanted" text,
    "steps" text not null,
    "status" text not null check ("status" in ('pending', 'done', 'failed')),
    "reason" text,
    primary key ("planId", "position")
  ) ${strict}`,
];
