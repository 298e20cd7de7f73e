/** What the operator's tools use; nothing else of the API is theirs. */
export { type Clock, systemClock, toTime } from "./clock.ts";
export { parseVersionedSecrets } from "./crypto/versioned-secrets.ts";
export { EnvError, type OperatorEnv, readDatabaseFile, readOperatorEnv } from "./env.ts";
export { createKeyDigests } from "./keys/key-digest.ts";
export { parseDomains } from "./keys/principal.ts";
export { type EnvSource, withDataFolder } from "./operator/data-folder.ts";
export {
  createOperator,
  type IssuedKey,
  type NewKey,
  type Operator,
} from "./operator/operator.ts";
