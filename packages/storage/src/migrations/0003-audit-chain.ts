import type { Dialect } from "../dialect.ts";

/** Each line of the audit log holds a hash over itself and the line before it. */
export const auditChain = ({ integer, blob, appendOnly, writable }: Dialect): string[] => [
  ...writable("auditLog"),
  `alter table "auditLog" add column "sequence" ${integer} not null default 0`,
  // Null in lines that are older than the chain.
  `alter table "auditLog" add column "hash" ${blob} check (length("hash") = 32)`,
  `update "auditLog" set "sequence" = "numbered"."number" from (
      select "id" as "lineId", row_number() over (partition by "organizationId" order by "id") as "number"
      from "auditLog") as "numbered"
    where "numbered"."lineId" = "auditLog"."id"`,
  `create unique index "auditLogInOrder" on "auditLog" ("organizationId", "sequence")`,
  `drop index "auditLogOfOrganization"`,
  ...appendOnly("auditLog"),
];
