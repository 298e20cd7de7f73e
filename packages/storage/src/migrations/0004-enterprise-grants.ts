import type { Dialect } from "../dialect.ts";

/** Which enterprises an organization may manage, as an operator granted it. */
export const enterpriseGrants = ({ integer, strict }: Dialect): string[] => [
  `create table "enterpriseGrants" (
    "id" text primary key not null,
    "organizationId" text not null references "organizations" ("id"),
    "host" text not null,
    "enterpriseId" ${integer} not null check ("enterpriseId" between 1 and 9007199254740991),
    "slug" text not null,
    "installationId" ${integer} not null check ("installationId" between 1 and 9007199254740991),
    "clientIds" text not null,
    "createdAt" ${integer} not null,
    "revokedAt" ${integer}
  ) ${strict}`,
  `create unique index "liveEnterpriseGrants"
    on "enterpriseGrants" ("organizationId", "host", "enterpriseId") where "revokedAt" is null`,
];
