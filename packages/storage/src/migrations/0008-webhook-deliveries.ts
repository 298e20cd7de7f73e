import type { Dialect } from "../dialect.ts";

/** GitHub's deliveries, what the reconciler knows, and versions of what GitHub last said of a binding. */
export const webhookDeliveries = ({ integer, blob, strict }: Dialect): string[] => [
  `create table "webhookDeliveries" (
    "guid" text primary key not null,
    "bodyHash" ${blob} not null check (length("bodyHash") = 32),
    "event" text not null,
    "action" text,
    "jobId" text,
    "receivedAt" ${integer} not null
  ) ${strict}`,
  `create index "webhookDeliveriesByTime" on "webhookDeliveries" ("receivedAt")`,

  `create table "missedDeliveries" (
    "guid" text primary key not null,
    "deliveryId" text not null,
    "deliveredAt" ${integer} not null,
    "timesAsked" ${integer} not null check ("timesAsked" >= 0)
  ) ${strict}`,

  `create table "marks" (
    "name" text primary key not null,
    "at" ${integer} not null
  ) ${strict}`,

  `create index "attemptsOfPerson" on "attempts" ("githubUserId", "accountId")`,
  `create index "githubLinksOfAccount" on "githubLinks" ("githubUserId")`,

  `alter table "bindings" add column "version" ${integer} not null default 0`,
  `alter table "bindings" add column "grantVersion" ${integer} not null default 0`,
  `alter table "tokens" add column "grantVersion" ${integer} not null default 0`,
];
