import { join, resolve } from "node:path";
import { type Env, EnvError, readEnv } from "@layers/api";
import type { ReservedPort } from "@layers/http-edge";
import { z } from "zod";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import type { DevelopmentIssuer } from "./development-portal.ts";
import { keepAppKey, keepSecrets, secretsFile } from "./development-secrets.ts";
import { type StandInSettings, standInApp } from "./stand-in.ts";
import { takePort } from "./take-port.ts";

export type Source = Readonly<Record<string, string | undefined>>;

/** What a start needs to know. */
export interface Settings {
  readonly env: Env;
  readonly port: ReservedPort;
  /** Present when test keys are served: then there are development keys and a sample partner. */
  readonly development?: Development;
}

export interface Development {
  readonly folder: DataFolder;
  readonly partnerPort: ReservedPort;
  /** The file of the App's private key, unless the key itself was given. */
  readonly privateKeyPath: string | null;
  /** Present when no App of GitHub is configured. */
  readonly standIn?: StandInSettings;
  /** Present when nobody else signs portal users in. */
  readonly portal?: DevelopmentIssuer;
}

/** One of them is enough to say that there is a real App. */
const appVariables = [
  "GITHUB_APP_ID",
  "GITHUB_APP_SLUG",
  "GITHUB_APP_CLIENT_ID",
  "GITHUB_APP_CLIENT_SECRET",
  "GITHUB_APP_PRIVATE_KEY",
  "GITHUB_APP_PRIVATE_KEY_FILE",
  "GITHUB_WEBHOOK_SECRET",
  "GITHUB_API_URL",
  "GITHUB_WEB_URL",
];

const databaseFile = "layers.db";

const Port = z.coerce.number("expected a port number").int().min(0).max(65_535);

const Own = z.object({
  NODE_ENV: z.string().optional(),
  KEY_ENV: z.string().optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: Port.default(4000),
  PARTNER_PORT: Port.default(4020),
  GITHUB_SANDBOX_PORT: Port.default(4010),
  DATA_DIR: z.string().default(join(import.meta.dirname, "../../../.data")),
});
type Own = z.output<typeof Own>;

/**
 * Reads the environment. In development, which is where test keys are served, it completes it: with
 * secrets and a database of its own in `DATA_DIR`, and with the stand-in's App where no other one is
 * configured. In production everything must be given. The ports are ours until `held` is disposed of.
 *
 * @throws {EnvError} naming what is missing, or bad, or taken
 */
export async function readSettings(source: Source, held: AsyncDisposableStack): Promise<Settings> {
  const given = withoutEmpty(source);
  const own = readOwn(given);
  const { NODE_ENV, KEY_ENV = NODE_ENV === "production" ? "live" : "test" } = own;
  if (NODE_ENV !== "production" && KEY_ENV === "test")
    return developmentSettings({ given, own, held });
  const env = readEnv({ PORT: String(own.PORT), ...given });
  const port = held.use(await takePort("PORT", { host: env.HOST, port: env.PORT }));
  return { env, port };
}

interface Known {
  readonly given: Record<string, string>;
  readonly own: Own;
  readonly held: AsyncDisposableStack;
}

async function developmentSettings({ given, own, held }: Known): Promise<Settings> {
  const isStandIn = !appVariables.some((name) => name in given);
  const take = async (name: string, wanted: number, host = "127.0.0.1") =>
    held.use(await takePort(name, { host, port: wanted }));
  const port = await take("PORT", own.PORT, own.HOST);
  const partnerPort = await take("PARTNER_PORT", own.PARTNER_PORT);
  const standInPort = isStandIn && (await take("GITHUB_SANDBOX_PORT", own.GITHUB_SANDBOX_PORT));
  const folder = await openDataFolder(resolve(own.DATA_DIR), secretsFile);
  const kept = await keepSecrets(folder);
  const { GITHUB_SANDBOX_CLIENT_SECRET, PORTAL_SESSION_SECRET, ...secrets } = kept;
  const standIn = standInPort && {
    port: standInPort,
    clientSecret: GITHUB_SANDBOX_CLIENT_SECRET,
    stateFile: folder.path("github-sandbox.json"),
  };
  const publicUrl = `http://127.0.0.1:${port.port}`;
  const portal = !("PORTAL_ISSUERS" in given) && {
    issuer: `${publicUrl}/dev`,
    secret: PORTAL_SESSION_SECRET,
  };
  const variables: Source = {
    PUBLIC_URL: publicUrl,
    KEY_ENV: "test",
    DRAIN_SECONDS: "0",
    DATABASE_URL: `file:${folder.path(databaseFile)}`,
    ...secrets,
    ...(portal && { PORTAL_ISSUERS: JSON.stringify([portal]) }),
    ...(standIn && standInVariables(standIn, await keepAppKey(folder))),
    ...given,
    PORT: String(port.port),
  };
  const privateKeyPath = variables["GITHUB_APP_PRIVATE_KEY_FILE"] ?? null;
  return {
    env: readEnv(variables),
    port,
    development: {
      folder,
      partnerPort,
      privateKeyPath: privateKeyPath && resolve(privateKeyPath),
      ...(standIn && { standIn }),
      ...(portal && { portal }),
    },
  };
}

const standInVariables = (standIn: StandInSettings, privateKeyPath: string) => ({
  GITHUB_APP_ID: String(standInApp.id),
  GITHUB_APP_SLUG: standInApp.slug,
  GITHUB_APP_CLIENT_ID: standInApp.clientId,
  GITHUB_APP_CLIENT_SECRET: standIn.clientSecret,
  GITHUB_APP_PRIVATE_KEY_FILE: privateKeyPath,
  GITHUB_WEB_URL: `http://127.0.0.1:${standIn.port.port}`,
  GITHUB_API_URL: `http://127.0.0.1:${standIn.port.port}/api/v3`,
});

const withoutEmpty = (source: Source): Record<string, string> =>
  Object.fromEntries(
    Object.entries(source).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );

function readOwn(given: Record<string, string>): Own {
  const { data, error } = Own.safeParse(given);
  if (data) return data;
  const lines = error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new EnvError(`The environment is not right:\n${lines.join("\n")}`);
}
