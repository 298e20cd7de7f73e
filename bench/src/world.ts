import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyDigests, parseVersionedSecrets, systemClock } from "@layers/api";
import { createOperator } from "@layers/api/admin";
import { openSqlite, type Store } from "@layers/storage";

/** A service's environment, with a database that holds one partner and its binding. */
export interface World extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly databaseFile: string;
  readonly organizationId: string;
  /** The public part of the partner's key. */
  readonly keyId: string;
  /** What the partner sends. Its key has no limits. */
  readonly headers: { readonly authorization: string };
}

/** Makes a world in a folder of its own, which is removed with it. */
export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "layers-bench-"));
  const databaseFile = join(folder, "layers.db");
  const env = environment(databaseFile);
  const store = openSqlite({ file: databaseFile });
  await store.migrate();
  const digests = createKeyDigests(parseVersionedSecrets(env.KEY_PEPPERS));
  const operator = createOperator({ store, digests, keyEnv: "live", clock: systemClock });
  const { id: organizationId } = await operator.createOrganization("Gic Growth");
  const key = await operator.createKey({
    organizationId,
    name: "bench",
    scopes: ["github:admin", "github:token"],
    tier: "unlimited",
    allowedReturnDomains: ["app.partner.example"],
  });
  await bind(store, organizationId, key.apiKeyId);
  await store.close();
  return {
    env,
    databaseFile,
    organizationId,
    keyId: key.keyId,
    headers: { authorization: `Bearer ${key.text}` },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const secret = () => `1:${randomBytes(32).toString("base64")}`;

function environment(databaseFile: string) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    DATABASE_URL: `file:${databaseFile}`,
    KEY_ENV: "live",
    KEY_PEPPERS: secret(),
    ENCRYPTION_KEYS: secret(),
    GITHUB_APP_ID: "1204501",
    GITHUB_APP_SLUG: "layers-connector",
    GITHUB_APP_CLIENT_ID: "Iv23liLayersConnect0",
    GITHUB_APP_CLIENT_SECRET: "not-used",
    GITHUB_APP_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    GITHUB_WEBHOOK_SECRET: "bench-webhook-secret",
    LOG_LEVEL: "error",
  };
}

async function bind(store: Store, organizationId: string, apiKeyId: string): Promise<void> {
  const now = systemClock();
  const github = { installationId: 51_234_567, accountId: 9_919, accountLogin: "octo-org" };
  await store.attempts.insert({
    id: "att_01JS5DN8M0000000000000000",
    organizationId,
    userId: null,
    apiKeyId,
    returnUrl: "https://app.partner.example/callback",
    stateHash: randomBytes(32),
    issuer: "https://github.com",
    status: "bound",
    reason: null,
    createdAt: now,
    expiresAt: now,
    ...github,
    githubUserId: 1,
    proofKind: "admin",
    provenAt: now,
    requestIds: null,
  });
  await store.bindings.bind({
    id: "bnd_01JS5DN8M0000000000000000",
    organizationId,
    attemptId: "att_01JS5DN8M0000000000000000",
    host: "https://github.com",
    appId: "1204501",
    ...github,
    accountType: "Organization",
    registeredAt: now,
    lastVerifiedAt: now,
  });
}
