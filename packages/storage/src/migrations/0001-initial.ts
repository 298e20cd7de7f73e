import type { Dialect } from "../dialect.ts";

/** The first schema: organizations and keys, install attempts, bindings, tokens, audit. */
export const initial = ({ integer, blob, strict, appendOnly }: Dialect): string[] => [
  `create table "organizations" (
    "id" text primary key not null,
    "name" text not null,
    "consentRequired" ${integer} not null check ("consentRequired" in (0, 1)),
    "suspendedAt" ${integer},
    "createdAt" ${integer} not null
  ) ${strict}`,

  `create table "apiKeys" (
    "id" text primary key not null,
    "organizationId" text not null references "organizations" ("id"),
    "name" text not null,
    "scopes" text not null,
    "allowedReturnDomains" text not null,
    "tier" text not null check ("tier" in ('standard', 'pilot', 'partner', 'unlimited')),
    "createdAt" ${integer} not null,
    "expiresAt" ${integer},
    "revokedAt" ${integer}
  ) ${strict}`,
  `create index "apiKeysOfOrganization" on "apiKeys" ("organizationId")`,

  `create table "apiKeySecrets" (
    "keyId" text primary key not null check (length("keyId") = 14),
    "apiKeyId" text not null references "apiKeys" ("id"),
    "digest" ${blob} not null check (length("digest") = 32),
    "pepperVersion" ${integer} not null,
    "lastFour" text not null,
    "createdAt" ${integer} not null,
    "expiresAt" ${integer}
  ) ${strict}`,
  `create index "secretsOfApiKey" on "apiKeySecrets" ("apiKeyId")`,

  `create table "apiKeyUses" (
    "apiKeyId" text primary key not null references "apiKeys" ("id"),
    "lastUsedAt" ${integer} not null
  ) ${strict}`,

  `create table "attempts" (
    "id" text primary key not null,
    "organizationId" text not null references "organizations" ("id"),
    "apiKeyId" text not null references "apiKeys" ("id"),
    "returnUrl" text not null,
    "stateHash" ${blob} not null unique check (length("stateHash") = 32),
    "issuer" text not null,
    "status" text not null check ("status" in
      ('created', 'redirected', 'requested', 'verified', 'bound', 'failed')),
    "reason" text,
    "createdAt" ${integer} not null,
    "expiresAt" ${integer} not null,
    "installationId" ${integer} check ("installationId" between 1 and 9007199254740991),
    "accountId" ${integer} check ("accountId" between 1 and 9007199254740991),
    "accountLogin" text,
    "githubUserId" ${integer} check ("githubUserId" between 1 and 9007199254740991),
    "proofKind" text,
    "provenAt" ${integer},
    "requestIds" text,
    check ("status" not in ('verified', 'bound')
      or ("installationId" is not null and "accountId" is not null
        and "githubUserId" is not null and "provenAt" is not null))
  ) ${strict}`,
  `create index "attemptsOfOrganization" on "attempts" ("organizationId", "status", "createdAt")`,

  `create table "oauthFlows" (
    "stateHash" ${blob} primary key not null check (length("stateHash") = 32),
    "attemptId" text not null references "attempts" ("id"),
    "cookieHash" ${blob} not null check (length("cookieHash") = 32),
    "verifier" ${blob} not null,
    "expiresAt" ${integer} not null,
    "consumedAt" ${integer}
  ) ${strict}`,

  `create table "consents" (
    "tokenHash" ${blob} primary key not null check (length("tokenHash") = 32),
    "attemptId" text not null references "attempts" ("id"),
    "candidates" text not null,
    "githubUserId" ${integer} not null check ("githubUserId" between 1 and 9007199254740991),
    "expiresAt" ${integer} not null,
    "consumedAt" ${integer}
  ) ${strict}`,

  `create table "bindings" (
    "id" text primary key not null,
    "organizationId" text not null references "organizations" ("id"),
    "attemptId" text not null references "attempts" ("id"),
    "host" text not null,
    "appId" text not null,
    "installationId" ${integer} not null check ("installationId" between 1 and 9007199254740991),
    "accountId" ${integer} not null check ("accountId" between 1 and 9007199254740991),
    "accountLogin" text not null,
    "accountType" text not null check ("accountType" in ('User', 'Organization')),
    "status" text not null check ("status" in ('active', 'suspended', 'uninstalled', 'detached')),
    "registeredAt" ${integer} not null,
    "lastVerifiedAt" ${integer} not null,
    "endedAt" ${integer},
    "hiddenAt" ${integer},
    check (("status" in ('active', 'suspended')) = ("endedAt" is null)),
    check ("hiddenAt" is null or "endedAt" is not null)
  ) ${strict}`,
  `create unique index "oneBindingPerOrganization"
    on "bindings" ("organizationId") where "endedAt" is null`,
  `create unique index "oneOrganizationPerInstallation"
    on "bindings" ("host", "appId", "installationId") where "endedAt" is null`,
  `create index "shownBindings" on "bindings" ("organizationId") where "hiddenAt" is null`,

  `create table "tokens" (
    "tokenHash" ${blob} primary key not null check (length("tokenHash") = 32),
    "bindingId" text not null references "bindings" ("id"),
    "scopeKey" text not null,
    "sealed" ${blob} not null,
    "issuedAt" ${integer} not null,
    "expiresAt" ${integer} not null,
    "revokedAt" ${integer}
  ) ${strict}`,
  `create index "tokensOfBinding" on "tokens" ("bindingId", "scopeKey", "expiresAt")`,

  `create table "auditLog" (
    "id" text primary key not null,
    "at" ${integer} not null,
    "organizationId" text not null,
    "actor" text not null,
    "action" text not null,
    "target" text not null,
    "requestId" text,
    "remoteAddress" text,
    "details" text not null
  ) ${strict}`,
  `create index "auditLogOfOrganization" on "auditLog" ("organizationId", "id")`,
  ...appendOnly("auditLog"),

  `create table "idempotencyKeys" (
    "apiKeyId" text not null references "apiKeys" ("id"),
    "operation" text not null,
    "idempotencyKey" text not null,
    "bodyHash" ${blob} not null check (length("bodyHash") = 32),
    "status" ${integer},
    "body" ${blob},
    "createdAt" ${integer} not null,
    "expiresAt" ${integer} not null,
    primary key ("apiKeyId", "operation", "idempotencyKey")
  ) ${strict}`,
];
