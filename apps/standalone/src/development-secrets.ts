import { randomBytes } from "node:crypto";
import { parseEnv } from "node:util";
import { generateAppKeyPair } from "@layers/github-sandbox";
import type { DataFolder } from "./data-folder.ts";

/** The file of the secrets: `node --env-file` reads it too. */
export const secretsFile = "secrets.env";
const appKeyFile = "github-app.pem";

export interface DevelopmentSecrets {
  readonly KEY_PEPPERS: string;
  readonly ENCRYPTION_KEYS: string;
  /** With which the App's webhooks are signed, the stand-in's or a real one's. */
  readonly GITHUB_WEBHOOK_SECRET: string;
  /** The client secret of the stand-in's App. */
  readonly GITHUB_SANDBOX_CLIENT_SECRET: string;
  /** Signs the sessions of the development users. */
  readonly PORTAL_SESSION_SECRET: string;
}

/** Reads the secrets of this folder, and makes those that are missing. */
export async function keepSecrets(folder: DataFolder): Promise<DevelopmentSecrets> {
  const kept = await folder.read(secretsFile);
  const versioned = () => `1:${randomBytes(32).toString("base64")}`;
  const secrets: DevelopmentSecrets = {
    KEY_PEPPERS: versioned(),
    ENCRYPTION_KEYS: versioned(),
    GITHUB_WEBHOOK_SECRET: randomBytes(32).toString("hex"),
    GITHUB_SANDBOX_CLIENT_SECRET: randomBytes(20).toString("hex"),
    PORTAL_SESSION_SECRET: randomBytes(32).toString("hex"),
    ...(kept !== undefined && parseEnv(kept)),
  };
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  if (kept !== lines.join("")) await folder.write(secretsFile, lines.join(""));
  return secrets;
}

/** The private key of the stand-in's App, made at the first start. Returns its file. */
export async function keepAppKey(folder: DataFolder): Promise<string> {
  if ((await folder.read(appKeyFile)) === undefined)
    await folder.write(appKeyFile, (await generateAppKeyPair()).privateKey);
  return folder.path(appKeyFile);
}
