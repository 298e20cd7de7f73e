import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";

/** Where settings come from: the environment, and what a standalone service made for itself. */
export type EnvSource = Readonly<Record<string, string | undefined>>;

/** What a standalone service keeps in its data folder, as far as the operator's tools need it. */
const files = { database: "layers.db", secrets: "secrets.env", addresses: "standalone.json" };

const Addresses = z.object({
  baseUrl: z.string(),
  githubWebUrl: z.string(),
  githubApiUrl: z.string(),
  githubApp: z.object({
    id: z.number(),
    clientId: z.string(),
    slug: z.string(),
    privateKeyPath: z.string().nullable(),
  }),
});

/**
 * Completes an environment that names no database with the settings of the standalone service whose
 * data folder is `DATA_DIR`, if there is one. In production everything must be given.
 */
export function withDataFolder(source: EnvSource, defaultFolder: string): EnvSource {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
  if (given["DATABASE_URL"] || given["NODE_ENV"] === "production" || given["KEY_ENV"] === "live")
    return given;
  const folder = resolve(given["DATA_DIR"] ?? defaultFolder);
  const secrets = join(folder, files.secrets);
  if (!existsSync(secrets)) return given;
  const { GITHUB_SANDBOX_CLIENT_SECRET, ...ofService } = parseEnv(readFileSync(secrets, "utf8"));
  return {
    KEY_ENV: "test",
    DATABASE_URL: `file:${join(folder, files.database)}`,
    ...ofService,
    ...(GITHUB_SANDBOX_CLIENT_SECRET && {
      GITHUB_APP_CLIENT_SECRET: GITHUB_SANDBOX_CLIENT_SECRET,
    }),
    ...readAddresses(join(folder, files.addresses)),
    ...given,
  };
}

/** Where the last start was reached and which App it was; nothing before the first start. */
function readAddresses(file: string): EnvSource {
  if (!existsSync(file)) return {};
  const { data } = Addresses.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!data) return {};
  return {
    PUBLIC_URL: data.baseUrl,
    GITHUB_WEB_URL: data.githubWebUrl,
    GITHUB_API_URL: data.githubApiUrl,
    GITHUB_APP_ID: String(data.githubApp.id),
    GITHUB_APP_CLIENT_ID: data.githubApp.clientId,
    GITHUB_APP_SLUG: data.githubApp.slug,
    ...(data.githubApp.privateKeyPath && {
      GITHUB_APP_PRIVATE_KEY_FILE: data.githubApp.privateKeyPath,
    }),
  };
}
