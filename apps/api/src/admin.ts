/** What the operator's tools use; nothing else of the API is theirs. */
export { systemClock } from "./clock.ts";
export { parseVersionedSecrets } from "./crypto/versioned-secrets.ts";
export { createKeyDigests } from "./keys/key-digest.ts";
export {
  createOperator,
  type IssuedKey,
  type NewKey,
  type Operator,
} from "./operator/operator.ts";
