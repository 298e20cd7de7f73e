import { createHash } from "node:crypto";
import type { ApiKeyRow, AttemptRow, BindingRow, Store } from "../src/index.ts";

export const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Adds an organization with one key. */
export async function addOrganization(store: Store, name: string): Promise<ApiKeyRow> {
  await store.organizations.insert({
    id: `org_${name}`,
    name,
    consentRequired: 1,
    suspendedAt: null,
    createdAt: 1,
  });
  const key: ApiKeyRow = {
    id: `key_${name}`,
    organizationId: `org_${name}`,
    name: "first",
    scopes: '["github:admin"]',
    allowedReturnDomains: "[]",
    tier: "standard",
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    tokenCeiling: null,
  };
  await store.keys.insert(key);
  return key;
}

/** Adds an attempt that has just been created and lives until 1,000. */
export async function addAttempt(
  store: Store,
  name: string,
  changes: Partial<AttemptRow> = {},
): Promise<AttemptRow> {
  const attempt: AttemptRow = {
    id: `att_${name}`,
    organizationId: "org_a",
    apiKeyId: "key_a",
    userId: null,
    returnUrl: "https://app.example/callback",
    stateHash: sha256(name),
    issuer: "https://github.example",
    status: "created",
    reason: null,
    createdAt: 1,
    expiresAt: 1000,
    installationId: null,
    accountId: null,
    accountLogin: null,
    githubUserId: null,
    proofKind: null,
    provenAt: null,
    requestIds: null,
    ...changes,
  };
  await store.attempts.insert(attempt);
  return attempt;
}

/** What a proof about installation 5001 writes. */
export const seal = {
  installationId: 5001,
  accountId: 7,
  accountLogin: "acme",
  githubUserId: 8,
  proofKind: "organization_admin",
  provenAt: 10,
  expiresAt: 2000,
};

type NewBinding = Parameters<Store["bindings"]["bind"]>[0];

/** A binding of organization `a` to installation 5001, made at time 100. */
export const newBinding = (id: string, changes: Partial<BindingRow> = {}): NewBinding => ({
  id,
  organizationId: "org_a",
  attemptId: "att_a",
  host: "https://github.example",
  appId: "1",
  installationId: 5001,
  accountId: 7,
  accountLogin: "acme",
  accountType: "Organization",
  registeredAt: 100,
  lastVerifiedAt: 100,
  ...changes,
});
