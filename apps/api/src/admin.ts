/** What the operator's tools use; nothing else of the API is theirs. */
export { isExpired } from "./attempts/attempt-view.ts";
export { type Clock, systemClock, toTime } from "./clock.ts";
export { parseVersionedSecrets } from "./crypto/versioned-secrets.ts";
export { parseClientIds } from "./enterprise/client-ids.ts";
export {
  type Env,
  EnvError,
  type OperatorEnv,
  readDatabaseFile,
  readEnv,
  readOperatorEnv,
} from "./env.ts";
export { createKeyDigests } from "./keys/key-digest.ts";
export { parseDomains } from "./keys/partner.ts";
export { findAppProblems } from "./operator/app-findings.ts";
export { type EnvSource, withDataFolder } from "./operator/data-folder.ts";
export { findEnterprise } from "./operator/find-enterprise.ts";
export type { Finding } from "./operator/finding.ts";
export { openPlanning } from "./operator/open-planning.ts";
export {
  createOperator,
  type IssuedKey,
  type NewEnterpriseGrant,
  type NewKey,
  type Operator,
  type OperatorDeps,
} from "./operator/operator.ts";
export { asOperator } from "./operator/operator-audit.ts";
export { reconcileNow } from "./operator/reconcile-now.ts";
export { recordRestore } from "./operator/record-restore.ts";
export { type AuditChainReport, verifyAuditChain } from "./operator/verify-audit.ts";
export type { Planning } from "./plans/planning.ts";
export { type Reconciled, TooManyEnds } from "./reconcile/reconcile.ts";
export { parseTokenCeiling, type TokenCeiling } from "./tokens/token-ceiling.ts";
