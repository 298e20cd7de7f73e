import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { KeyEnv } from "@layers/contracts";
import { z } from "zod";
import { parseVersionedSecrets, type VersionedSecrets } from "./crypto/versioned-secrets.ts";
import { isWellKnownSecret, portalIssuers, portalOrigins } from "./env-portal.ts";
import { baseUrl, list } from "./env-values.ts";
import { type Edition, isEdition } from "./github/edition.ts";
import type { GitHubConfig } from "./github/github-config.ts";
import type { PortalConfig } from "./sessions/portal-config.ts";

/** The environment is not fit to start with. The message names every bad variable and what to do. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

type Source = Readonly<Record<string, string | undefined>>;

const secrets = z.string().transform((text, context) => {
  try {
    return parseVersionedSecrets(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return z.NEVER;
  }
});

function isRsaPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

const privateKeys = z
  .string()
  .transform((text) => text.split(/(?=-----BEGIN )/).map((pem) => pem.trim()))
  .refine((pems) => pems.length <= 2 && pems.every(isRsaPrivateKey), {
    error:
      "expected one or two private keys in PEM, from the App's settings page (`Generate a private key`)",
  });

/** Anybody may try to guess it. */
const webhookSecret = z.string().min(16, { error: "expected at least 16 characters" });

const schema = z.object({
  HOST: z.string().default("127.0.0.1").describe("the address to listen on"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000).describe("the port to listen on"),
  PUBLIC_URL: baseUrl.describe("where browsers reach this service"),
  ALLOWED_HOSTS: list.describe("further values of the Host header, separated by commas"),
  TRUSTED_PROXIES: list.describe("addresses or CIDR ranges whose X-Forwarded-For is believed"),
  DATABASE_URL: z
    .string()
    .regex(/^file:.+/, { error: "expected file:<path of the SQLite database>" })
    .describe("the database, such as file:./layers.db"),
  KEY_ENV: KeyEnv.default("live").describe("which keys are served: live or test"),
  KEY_PEPPERS: secrets.describe("secrets for hashing API keys: 1:<32 bytes in base64>"),
  ENCRYPTION_KEYS: secrets.describe("secrets for encryption at rest: 1:<32 bytes in base64>"),
  GITHUB_APP_ID: z.string().regex(/^\d+$/).describe("the App's id, from its settings page"),
  GITHUB_APP_SLUG: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .describe("the last part of the App's public page"),
  GITHUB_APP_CLIENT_ID: z.string().min(1).describe("the App's client id, from its settings page"),
  GITHUB_APP_CLIENT_SECRET: z
    .string()
    .min(1)
    .describe("a client secret, generated on the App's settings page"),
  GITHUB_APP_PRIVATE_KEY: privateKeys.describe(
    "the App's private key in PEM, or its file in GITHUB_APP_PRIVATE_KEY_FILE; two keys, one after the other, while it is rotated",
  ),
  GITHUB_WEBHOOK_SECRET: webhookSecret.describe(
    "the webhook secret of the App's settings page: at least 16 characters",
  ),
  GITHUB_WEBHOOK_SECRET_PREVIOUS: webhookSecret
    .or(z.literal(""))
    .default("")
    .describe("the one before, while it is rotated"),
  GITHUB_API_URL: baseUrl
    .default("https://api.github.com")
    .describe("GitHub's API; https://HOST/api/v3 of an enterprise server"),
  GITHUB_WEB_URL: baseUrl.default("https://github.com").describe("GitHub's pages"),
  GITHUB_EDITION: z
    .custom<Edition>(isEdition, { error: "expected dotcom, ghec or ghes-<version>" })
    .default("dotcom")
    .describe("which GitHub it is: dotcom, ghec or ghes-<version>, such as ghes-3.17"),
  GITHUB_MUTATION_PAUSE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(1000)
    .describe(
      "milliseconds for which a plan leaves GitHub alone between two changes; github.com asks for 1000",
    ),
  PORTAL_ISSUERS: portalIssuers.describe(
    'who signs portal users in, as JSON: [{"issuer": "https://….supabase.co/auth/v1", "jwksUrl": "https://…/jwks.json"}], or with "secret" in the place of "jwksUrl"; without any there is no portal',
  ),
  PORTAL_ORIGINS: portalOrigins.describe(
    "origins of the portal's pages, separated by commas, its home first; they may call with cookies, and installers may be sent back there",
  ),
  PORTAL_COOKIE: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/)
    .default("sb-access-token")
    .describe("the cookie that holds a portal user's session token"),
  LOG_LEVEL: z
    .enum(["silent", "error", "warn", "info", "debug"])
    .default("info")
    .describe("the least that is logged"),
  SECURITY_CONTACT: z
    .string()
    .regex(/^(?:mailto:|https:\/\/)\S+$/, { error: "expected a mailto: or https: address" })
    .default("mailto:security@layers.example")
    .describe("where vulnerabilities are reported, for security.txt"),
  JOB_LEASE_SECONDS: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe(
      "how long a job stays with a process that is not heard of, before others take it over",
    ),
  METRICS_PORT: z
    .literal("")
    .transform(() => undefined)
    .or(z.coerce.number().int().min(0).max(65_535))
    .optional()
    .describe("where Prometheus finds /metrics; without it there are none"),
  METRICS_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("the address that /metrics listens on; not for the public"),
  DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .max(20)
    .default(5)
    .describe("how long to serve on after /readyz has turned 503, before stopping"),
});

/** The configuration that a service starts with. */
export interface Env extends Omit<z.output<typeof schema>, "DATABASE_URL"> {
  readonly databaseFile: string;
  readonly github: GitHubConfig;
  /** Undefined when there is none. */
  readonly portal: PortalConfig | undefined;
  /** The current one first. */
  readonly webhookSecrets: readonly string[];
}

/**
 * Reads the environment.
 *
 * @throws {EnvError}
 */
export function readEnv(source: Source): Env {
  const parsed = schema.safeParse(withKeyFile(source));
  if (!parsed.success) throw new EnvError(explain(parsed.error));
  const env = parsed.data;
  return {
    ...env,
    databaseFile: toFile(env.DATABASE_URL),
    portal: toPortal(env),
    webhookSecrets: [env.GITHUB_WEBHOOK_SECRET, env.GITHUB_WEBHOOK_SECRET_PREVIOUS].filter(Boolean),
    github: {
      apiUrl: env.GITHUB_API_URL,
      webUrl: env.GITHUB_WEB_URL,
      edition: env.GITHUB_EDITION,
      appId: env.GITHUB_APP_ID,
      appSlug: env.GITHUB_APP_SLUG,
      clientId: env.GITHUB_APP_CLIENT_ID,
      clientSecret: env.GITHUB_APP_CLIENT_SECRET,
      privateKeys: env.GITHUB_APP_PRIVATE_KEY,
    },
  };
}

/** Our own origin is one of the portal's: its pages may be served in front of us. */
function toPortal(env: z.output<typeof schema>): PortalConfig | undefined {
  const { PORTAL_ISSUERS: issuers, PORTAL_COOKIE: cookieName, KEY_ENV, PUBLIC_URL } = env;
  if (issuers.length === 0) return undefined;
  if (KEY_ENV === "live" && issuers.some(isWellKnownSecret))
    throw new EnvError("PORTAL_ISSUERS: the secret is one of a documentation's; everybody has it.");
  const origins = [...new Set([...env.PORTAL_ORIGINS, new URL(PUBLIC_URL).origin])];
  return { issuers, cookieName, origins };
}

/** Each variable, for people. `fallback` is what it is when it is not set; none means required. */
export function describeEnv(): { name: string; meaning: string; fallback: string | undefined }[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { success, data } = field.safeParse(undefined);
    const isShown = typeof data === "string" || typeof data === "number";
    const fallback = success ? (isShown ? `${data}` : "") : undefined;
    return { name, meaning: field.description ?? "", fallback };
  });
}

/** The part of the configuration that the operator's tools need. */
export interface OperatorEnv {
  readonly databaseFile: string;
  readonly keyEnv: KeyEnv;
  /** Needed to make keys, and for nothing else. */
  readonly peppers: VersionedSecrets | undefined;
}

const operatorSchema = schema
  .pick({ DATABASE_URL: true, KEY_ENV: true, KEY_PEPPERS: true })
  .partial({ KEY_PEPPERS: true });
const databaseSchema = operatorSchema.pick({ DATABASE_URL: true });

/**
 * Reads what the operator's tools need to change who may do what.
 *
 * @throws {EnvError}
 */
export function readOperatorEnv(source: Source): OperatorEnv {
  const parsed = operatorSchema.safeParse(source);
  if (!parsed.success) throw new EnvError(explain(parsed.error));
  const { DATABASE_URL, KEY_ENV: keyEnv, KEY_PEPPERS: peppers } = parsed.data;
  return { databaseFile: toFile(DATABASE_URL), keyEnv, peppers };
}

/**
 * Reads where the database is, which is all that it takes to look at it or to copy it.
 *
 * @throws {EnvError}
 */
export function readDatabaseFile(source: Source): string {
  const parsed = databaseSchema.safeParse(source);
  if (!parsed.success) throw new EnvError(explain(parsed.error));
  return toFile(parsed.data.DATABASE_URL);
}

const toFile = (databaseUrl: string): string => databaseUrl.slice("file:".length);

function withKeyFile(source: Source): Source {
  const file = source["GITHUB_APP_PRIVATE_KEY_FILE"];
  if (!file)
    return {
      ...source,
      GITHUB_APP_PRIVATE_KEY: source["GITHUB_APP_PRIVATE_KEY"]?.replaceAll("\\n", "\n"),
    };
  try {
    return { ...source, GITHUB_APP_PRIVATE_KEY: readFileSync(file, "utf8") };
  } catch {
    throw new EnvError(`GITHUB_APP_PRIVATE_KEY_FILE: ${file} cannot be read.`);
  }
}

/** One line for each bad variable. Values are not repeated: they may be secrets. */
function explain(error: z.ZodError): string {
  const lines = error.issues.map(({ path, message, code }) => {
    const name = String(path[0]);
    const meaning = schema.shape[name as keyof typeof schema.shape]?.description;
    const problem = code === "invalid_type" ? "is missing" : message;
    return `  ${name}: ${problem}${meaning ? ` (${meaning})` : ""}`;
  });
  return `The environment is not complete:\n${[...new Set(lines)].join("\n")}`;
}
