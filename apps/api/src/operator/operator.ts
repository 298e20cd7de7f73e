import { AppError, type GrantedScope, type KeyEnv, type Tier } from "@layers/contracts";
import type { ApiKeyRow, OrganizationRow, Queries, Store } from "@layers/storage";
import { auditLine } from "../audit.ts";
import { type Clock, seconds } from "../clock.ts";
import { newId } from "../ids.ts";
import type { KeyDigests } from "../keys/key-digest.ts";
import { generateKey } from "../keys/key-format.ts";
import { parseDomains } from "../keys/principal.ts";
import { checkReturnDomain } from "../keys/return-domain.ts";

export interface OperatorDeps {
  readonly store: Store;
  readonly digests: KeyDigests;
  readonly keyEnv: KeyEnv;
  readonly clock: Clock;
}

export interface NewKey {
  readonly organizationId: string;
  readonly name: string;
  readonly scopes: readonly GrantedScope[];
  readonly tier: Tier;
  readonly allowedReturnDomains: readonly string[];
  /** Seconds from now; never if absent. */
  readonly lifeSeconds?: number | undefined;
}

/** A key whose text is shown this once. */
export interface IssuedKey {
  readonly apiKeyId: string;
  readonly keyId: string;
  readonly text: string;
}

/** What only the machine's operator may do. Unknown ids are `NOT_FOUND`. */
export interface Operator {
  createOrganization(name: string): Promise<OrganizationRow>;
  listOrganizations(): Promise<OrganizationRow[]>;
  /** The kill switch: no key of a suspended organization is accepted. */
  setSuspended(organizationId: string, suspended: boolean): Promise<void>;
  /** Whether the install flow asks for a click before it connects. */
  setConsentRequired(organizationId: string, required: boolean): Promise<void>;
  createKey(key: NewKey): Promise<IssuedKey>;
  listKeys(organizationId: string): Promise<ApiKeyRow[]>;
  revokeKey(apiKeyId: string): Promise<void>;
  /** A new secret for a key; the ones before it live for `overlapSeconds` more, 0 … 604800. */
  rotateKey(apiKeyId: string, overlapSeconds: number): Promise<IssuedKey>;
  listDomains(apiKeyId: string): Promise<string[]>;
  /** Throws `VALIDATION` for what is no host, or everybody's. */
  addDomain(apiKeyId: string, domain: string): Promise<string[]>;
  removeDomain(apiKeyId: string, domain: string): Promise<string[]>;
}

const maxOverlapSeconds = 604_800;

export function createOperator(deps: OperatorDeps): Operator {
  return { ...organizationTasks(deps), ...keyTasks(deps), ...domainTasks(deps) };
}

type Action = { readonly action: string; readonly target: string };

const auditOf =
  ({ clock }: Pick<OperatorDeps, "clock">) =>
  (tx: Queries, organizationId: string, event: Action): Promise<void> =>
    tx.audit.append(auditLine(clock, { organizationId, actor: "operator" }, event));

type OrganizationTasks = Pick<
  Operator,
  "createOrganization" | "listOrganizations" | "setSuspended" | "setConsentRequired"
>;

function organizationTasks(deps: OperatorDeps): OrganizationTasks {
  const { store, clock } = deps;
  const audit = auditOf(deps);

  const change = (id: string, action: string, write: (tx: Queries) => Promise<boolean>) =>
    store.transaction(async (tx) => {
      if (!(await write(tx))) throw new AppError("NOT_FOUND");
      await audit(tx, id, { action, target: id });
    });

  return {
    createOrganization: (name) =>
      store.transaction(async (tx) => {
        const id = newId("org");
        const createdAt = clock();
        const organization = { id, name, consentRequired: 1, suspendedAt: null, createdAt };
        await tx.organizations.insert(organization);
        await audit(tx, id, { action: "organization.create", target: id });
        return organization;
      }),
    listOrganizations: () => store.organizations.list(),
    setSuspended: (id, suspended) =>
      change(id, suspended ? "organization.suspend" : "organization.resume", (tx) =>
        tx.organizations.setSuspendedAt(id, suspended ? clock() : null),
      ),
    setConsentRequired: (id, required) =>
      change(id, required ? "consent.on" : "consent.off", (tx) =>
        tx.organizations.setConsentRequired(id, required),
      ),
  };
}

type KeyTasks = Pick<Operator, "createKey" | "listKeys" | "revokeKey" | "rotateKey">;

function keyTasks(deps: OperatorDeps): KeyTasks {
  const { store, clock } = deps;
  const audit = auditOf(deps);
  return {
    async createKey({ scopes, allowedReturnDomains, lifeSeconds, ...key }) {
      const domains = allowedReturnDomains.map((domain) => checkReturnDomain(domain, deps.keyEnv));
      return store.transaction(async (tx) => {
        if (!(await tx.organizations.find(key.organizationId))) throw new AppError("NOT_FOUND");
        const now = clock();
        const id = newId("key");
        await tx.keys.insert({
          ...key,
          id,
          scopes: JSON.stringify(scopes),
          allowedReturnDomains: JSON.stringify(domains),
          createdAt: now,
          expiresAt: lifeSeconds === undefined ? null : now + seconds(lifeSeconds),
          revokedAt: null,
        });
        await audit(tx, key.organizationId, { action: "key.create", target: id });
        return issueSecret(tx, deps, id);
      });
    },
    listKeys: (organizationId) => store.keys.list(organizationId),
    revokeKey: (apiKeyId) =>
      store.transaction(async (tx) => {
        const key = await tx.keys.find(apiKeyId);
        if (!key || !(await tx.keys.revoke(apiKeyId, clock()))) throw new AppError("NOT_FOUND");
        await audit(tx, key.organizationId, { action: "key.revoke", target: apiKeyId });
      }),
    rotateKey: (apiKeyId, overlapSeconds) =>
      store.transaction(async (tx) => {
        const key = await tx.keys.find(apiKeyId);
        if (!key || key.revokedAt !== null) throw new AppError("NOT_FOUND");
        const overlap = Math.min(Math.max(0, overlapSeconds), maxOverlapSeconds);
        await tx.keys.expireSecrets(apiKeyId, clock() + seconds(overlap));
        await audit(tx, key.organizationId, { action: "key.rotate", target: apiKeyId });
        return issueSecret(tx, deps, apiKeyId);
      }),
  };
}

async function issueSecret(
  tx: Queries,
  { digests, keyEnv, clock }: OperatorDeps,
  apiKeyId: string,
): Promise<IssuedKey> {
  const { text, keyId } = generateKey(keyEnv);
  await tx.keys.insertSecret({
    keyId,
    apiKeyId,
    ...digests.digest(text),
    lastFour: text.slice(-4),
    createdAt: clock(),
    expiresAt: null,
  });
  return { apiKeyId, keyId, text };
}

type DomainTasks = Pick<Operator, "listDomains" | "addDomain" | "removeDomain">;

function domainTasks(deps: OperatorDeps): DomainTasks {
  const { store, keyEnv } = deps;
  const audit = auditOf(deps);

  const read = async (queries: Pick<Queries, "keys">, apiKeyId: string) => {
    const key = await queries.keys.find(apiKeyId);
    if (!key) throw new AppError("NOT_FOUND");
    return { key, domains: parseDomains(key.allowedReturnDomains) };
  };
  const change = (apiKeyId: string, action: string, edit: (domains: string[]) => string[]) =>
    store.transaction(async (tx) => {
      const { key, domains } = await read(tx, apiKeyId);
      const changed = edit(domains);
      await tx.keys.setAllowedReturnDomains(apiKeyId, changed);
      await audit(tx, key.organizationId, { action, target: apiKeyId });
      return changed;
    });

  return {
    listDomains: async (apiKeyId) => (await read(store, apiKeyId)).domains,
    async addDomain(apiKeyId, domain) {
      const checked = checkReturnDomain(domain, keyEnv);
      return change(apiKeyId, "domain.add", (domains) => [...new Set([...domains, checked])]);
    },
    removeDomain: (apiKeyId, domain) =>
      change(apiKeyId, "domain.remove", (domains) => {
        if (!domains.includes(domain)) throw new AppError("NOT_FOUND");
        return domains.filter((each) => each !== domain);
      }),
  };
}
