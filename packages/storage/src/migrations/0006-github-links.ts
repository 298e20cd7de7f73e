import type { Dialect } from "../dialect.ts";

/** GitHub accounts that portal users linked, and their trips through GitHub's authorization page. */
export const githubLinks = ({ integer, blob, strict }: Dialect): string[] => [
  `create table "githubLinks" (
    "userId" text primary key not null,
    "version" text not null,
    "host" text not null,
    "appId" text not null,
    "githubUserId" ${integer} not null check ("githubUserId" between 1 and 9007199254740991),
    "githubLogin" text not null,
    "sealed" ${blob} not null,
    "linkedAt" ${integer} not null,
    "leaseUntil" ${integer} not null,
    "endedAt" ${integer}
  ) ${strict}`,

  `alter table "oauthFlows" alter column "attemptId" drop not null`,
  `alter table "oauthFlows" add column "userId" text`,
];
