import { CompiledQuery, type Kysely } from "kysely";
import type { Database } from "./database.ts";
import type { Dialect } from "./dialect.ts";
import { isCurrent, migrate } from "./migrations/index.ts";
import { attemptQueries } from "./queries/attempts.ts";
import { auditQueries } from "./queries/audit.ts";
import { bindingQueries } from "./queries/bindings.ts";
import { consentQueries, oauthFlowQueries } from "./queries/browser-trips.ts";
import { enterpriseGrantQueries } from "./queries/enterprise-grants.ts";
import { enterprisePlanQueries } from "./queries/enterprise-plans.ts";
import { githubLinkQueries } from "./queries/github-links.ts";
import { idempotencyQueries } from "./queries/idempotency.ts";
import { jobQueries } from "./queries/jobs.ts";
import { keyUseQueries } from "./queries/key-uses.ts";
import { keyQueries } from "./queries/keys.ts";
import { memberQueries } from "./queries/members.ts";
import { organizationQueries } from "./queries/organizations.ts";
import { markQueries, missedDeliveryQueries } from "./queries/reconcile.ts";
import { tokenQueries } from "./queries/tokens.ts";
import { webhookDeliveryQueries } from "./queries/webhook-deliveries.ts";
import { rememberRead, type Version } from "./remember-read.ts";

const queriesOn = (db: Kysely<Database>) => ({
  organizations: organizationQueries(db),
  members: memberQueries(db),
  keys: keyQueries(db),
  keyUses: keyUseQueries(db),
  attempts: attemptQueries(db),
  githubLinks: githubLinkQueries(db),
  oauthFlows: oauthFlowQueries(db),
  consents: consentQueries(db),
  bindings: bindingQueries(db),
  tokens: tokenQueries(db),
  enterpriseGrants: enterpriseGrantQueries(db),
  audit: auditQueries(db),
  idempotency: idempotencyQueries(db),
  jobs: jobQueries(db),
  enterprisePlans: enterprisePlanQueries(db),
  webhookDeliveries: webhookDeliveryQueries(db),
  missedDeliveries: missedDeliveryQueries(db),
  marks: markQueries(db),
});

/** Every query, by the table that it is about. */
export type Queries = ReturnType<typeof queriesOn>;

/** The database, whichever engine it is. */
export interface Store extends Queries {
  /**
   * Runs all of `work` or none of it. Keep anything slow, above all calls to GitHub, outside: an
   * embedded store has one writer.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Brings the schema up to date; returns the names of the migrations that ran. */
  migrate(): Promise<string[]>;
  /** Whether the schema is the one that this code expects. */
  isCurrent(): Promise<boolean>;
  /** Rejects when the database does not take writes. */
  probeWrite(): Promise<void>;
  /** Removes what has expired and is of no use any more. */
  deleteExpired(now: number): Promise<void>;
  close(): Promise<void>;
}

/** How long an attempt that came to nothing can still be looked up: thirty days. */
const keptMicroseconds = 30 * 24 * 3600 * 1_000_000;
/** So that nobody waits for a clean-up that is long overdue. The rest is removed next time. */
const attemptsAtOnce = 5000;
/** How long a job that is done can be looked up, and one that was given up run again, or a plan read. */
const keptDoneMicroseconds = 24 * 3600 * 1_000_000;
const keptDeadMicroseconds = 90 * 24 * 3600 * 1_000_000;
/** GitHub delivers again for three days; whatever it is, nobody may repeat it for a week. */
const keptDeliveryMicroseconds = 8 * 24 * 3600 * 1_000_000;
const keptUnknownMicroseconds = 24 * 3600 * 1_000_000;
/** A clock that was ahead may be put back, and then these live again and must be revocable. */
const keptTokenMicroseconds = 24 * 60 * 60 * 1_000_000;

/** What differs from engine to engine. */
export interface Engine {
  readonly words: Dialect;
  /** Changes whenever the database does. */
  readonly version: Version;
}

/** Puts the queries over a Kysely instance of either engine. */
export function createStore(db: Kysely<Database>, { words, version }: Engine): Store {
  const queries = queriesOn(db);
  const { bindings } = queries;
  return {
    ...queries,
    bindings: { ...bindings, findShown: rememberRead(bindings.findShown, version) },
    transaction: (work) => db.transaction().execute((trx) => work(queriesOn(trx))),
    migrate: () => migrate(db, words),
    isCurrent: () => isCurrent(db, words),
    async probeWrite() {
      await db.executeQuery(CompiledQuery.raw(words.probe));
    },
    async deleteExpired(now) {
      for (const table of [queries.oauthFlows, queries.consents, queries.idempotency])
        await table.deleteExpired(now);
      await queries.tokens.deleteExpired(now - keptTokenMicroseconds);
      await queries.attempts.deleteExpired(now - keptMicroseconds, attemptsAtOnce);
      await queries.jobs.deleteEnded("done", now - keptDoneMicroseconds);
      await queries.jobs.deleteEnded("dead", now - keptDeadMicroseconds);
      await queries.enterprisePlans.deleteOld(now - keptDeadMicroseconds);
      await queries.webhookDeliveries.deleteReceived({
        before: now - keptDeliveryMicroseconds,
        unknownBefore: now - keptUnknownMicroseconds,
      });
      await queries.missedDeliveries.deleteOld(now - keptDeliveryMicroseconds);
    },
    close: () => db.destroy(),
  };
}
