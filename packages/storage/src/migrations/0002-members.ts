import type { Dialect } from "../dialect.ts";

/** Portal users as members of organizations, who may start attempts and repeat requests as keys may. */
export const members = ({ integer, blob, strict }: Dialect): string[] => [
  `create table "members" (
    "organizationId" text not null references "organizations" ("id"),
    "userId" text not null,
    "role" text not null check ("role" in ('owner', 'admin', 'member')),
    "createdAt" ${integer} not null,
    primary key ("organizationId", "userId")
  ) ${strict}`,
  `create index "organizationsOfUser" on "members" ("userId")`,

  `alter table "attempts" alter column "apiKeyId" drop not null`,
  `alter table "attempts" add column "userId" text`,

  `create table "idempotentRequests" (
    "holder" text not null,
    "operation" text not null,
    "idempotencyKey" text not null,
    "bodyHash" ${blob} not null check (length("bodyHash") = 32),
    "status" ${integer},
    "body" ${blob},
    "createdAt" ${integer} not null,
    "expiresAt" ${integer} not null,
    primary key ("holder", "operation", "idempotencyKey")
  ) ${strict}`,
  `insert into "idempotentRequests" ("holder", "operation", "idempotencyKey", "bodyHash", "status",
      "body", "createdAt", "expiresAt")
    select "apiKeyId", "operation", "idempotencyKey", "bodyHash", "status", "body", "createdAt",
      "expiresAt" from "idempotencyKeys"`,
  `drop table "idempotencyKeys"`,
];
