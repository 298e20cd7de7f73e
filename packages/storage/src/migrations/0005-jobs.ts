import type { Dialect } from "../dialect.ts";

/**
 * Work that is done apart from the request that asks for it. The indexes hold only what they are for,
 * so that finished jobs do not slow down who looks for the next one.
 */
export const jobs = ({ integer, strict }: Dialect): string[] => [
  `create table "jobs" (
    "id" text primary key not null,
    "kind" text not null,
    "organizationId" text not null,
    "lane" ${integer} not null check ("lane" between 0 and 2),
    "uniqueKey" text,
    "payload" text not null,
    "status" text not null check ("status" in ('waiting', 'running', 'done', 'dead')),
    "attempts" ${integer} not null check ("attempts" >= 0),
    "maxAttempts" ${integer} not null check ("maxAttempts" >= 1),
    "fence" ${integer} not null,
    "runAt" ${integer} not null,
    "leasedUntil" ${integer},
    "stepsDone" ${integer} not null,
    "stepsTotal" ${integer} not null,
    "lastError" text,
    "createdAt" ${integer} not null,
    "changedAt" ${integer} not null,
    check (("status" = 'running') = ("leasedUntil" is not null))
  ) ${strict}`,
  `create index "jobsWaiting" on "jobs" ("lane", "organizationId", "runAt", "id")
    where "status" = 'waiting'`,
  `create unique index "oneWaitingJobPerKey" on "jobs" ("kind", "organizationId", "uniqueKey")
    where "status" = 'waiting' and "uniqueKey" is not null`,
  `create index "jobsRunning" on "jobs" ("organizationId", "leasedUntil")
    where "status" = 'running'`,
  `create index "jobsDone" on "jobs" ("changedAt") where "status" = 'done'`,
  `create index "jobsDead" on "jobs" ("changedAt", "id") where "status" = 'dead'`,

  `create table "jobTurns" (
    "organizationId" text primary key not null,
    "servedAt" ${integer} not null
  ) ${strict}`,

  `create table "jobSchedules" (
    "name" text primary key not null,
    "nextAt" ${integer} not null
  ) ${strict}`,
];
