import { openDatabase } from "../database.ts";

/** A token as the database has it. */
export interface TokenRecord {
  /** Hexadecimal. */
  readonly hash: string;
  readonly bindingId: string;
  readonly revoked: boolean;
  readonly bindingEnded: boolean;
}

/** What a database file says after a crash. */
export interface DatabaseReport {
  /** Sentences about what may never be. */
  readonly broken: readonly string[];
  /** When each binding was registered, by its id. */
  readonly registeredAt: ReadonlyMap<string, number>;
  readonly tokens: ReadonlyMap<string, TokenRecord>;
  /** Fingerprints of the tokens whose issue the audit log tells of. */
  readonly audited: ReadonlySet<string>;
  readonly detaches: number;
}

/** Each must find nothing. */
const never: Readonly<Record<string, string>> = {
  "I1: an organization has two active bindings": `select "organizationId" from "bindings" where "endedAt" is null group by 1 having count(*) > 1`,
  "I2: an installation belongs to two organizations": `select "installationId" from "bindings" where "endedAt" is null group by "host", "appId", 1 having count(*) > 1`,
  "I4: a state was consumed twice": `select "attemptId" from "bindings" group by 1 having count(*) > 1`,
  "I4: a state was consumed without a binding, or not consumed with one": `select "id" from "attempts" where ("status" = 'bound') <> ("id" in (select "attemptId" from "bindings"))`,
  "I6: a binding has no audit row": `select "attemptId" from "bindings" except
       select json_extract("details", '$.attemptId') from "auditLog" where "action" = 'installation.bind'`,
  "I6: an audit row tells of a binding that is not there": `select json_extract("details", '$.attemptId') from "auditLog" where "action" = 'installation.bind'
       except select "attemptId" from "bindings"`,
  "a proof has no audit row": `select "id" from "attempts" where "provenAt" is not null except
       select json_extract("details", '$.attemptId') from "auditLog" where "action" = 'installation.prove'`,
  "a row refers to nothing": "pragma foreign_key_check",
  "the file is damaged":
    "select integrity_check from pragma_integrity_check where integrity_check <> 'ok'",
};

/** Reads a database file that a service may be using. */
export function reportDatabase(databaseFile: string): DatabaseReport {
  const database = openDatabase({ databaseFile });
  try {
    return report((sql) => database.prepare<[], Record<string, unknown>>(sql).all());
  } finally {
    database.close();
  }
}

function report(all: (sql: string) => Record<string, unknown>[]): DatabaseReport {
  const broken = Object.entries(never).flatMap(([sentence, sql]) =>
    all(sql).map((row) => `${sentence}: ${JSON.stringify(row)}`),
  );
  const bindings = all(`select "id", "registeredAt" from "bindings"`);
  const tokens = all(
    `select lower(hex("tokenHash")) as "hash", "bindingId", "revokedAt", "endedAt"
       from "tokens" join "bindings" on "bindings"."id" = "bindingId"`,
  ).map((row) => ({
    hash: String(row["hash"]),
    bindingId: String(row["bindingId"]),
    revoked: row["revokedAt"] !== null,
    bindingEnded: row["endedAt"] !== null,
  }));
  const issued = all(
    `select json_extract("details", '$.tokenSha256') as "hash" from "auditLog" where "action" = 'token.issue'`,
  );
  const [detaches] = all(
    `select count(*) as "count" from "auditLog" where "action" = 'installation.detach'`,
  );
  return {
    broken,
    registeredAt: new Map(bindings.map((row) => [String(row["id"]), Number(row["registeredAt"])])),
    tokens: new Map(tokens.map((token) => [token.hash, token])),
    audited: new Set(issued.map((row) => String(row["hash"]))),
    detaches: Number(detaches?.["count"]),
  };
}
