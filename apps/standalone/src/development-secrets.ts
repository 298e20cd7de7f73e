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
  /** The client secret of the stand-in's App. */
  readonly GITHUB_SANDBOX_CLIENT_SECRET: string;
}

/** Reads the secrets of this folder, or makes them at the first start. */
export async function keepSecrets(folder: DataFolder): Promise<DevelopmentSecrets> {
  const kept = await folder.read(secretsFile);
  const versioned = () => `1:${randomBytes(32).toString("base64")}`;
  const secrets: DevelopmentSecrets = {
    KEY_PEPPERS: versioned(),
    ENCRYPTION_KEYS: versioned(),
    GITHUB_SANDBOX_CLIENT_SECRET: randomBytes(20).toString("hex"),
    ...(kept !== undefined && parseEnv(kept)),
  };
  if (kept === undefined) {
    const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
    await folder.write(secretsFile, lines.join(""));
  }
  return secrets;
}

/** The private key of the stand-in's App, made at the first start. Returns its file. */
export async function keepAppKey(folder: DataFolder): Promise<string> {
  if ((await folder.read(appKeyFile)) === undefined)
    await folder.write(appKeyFile, (await generateAppKeyPair()).privateKey);
  return folder.path(appKeyFile);
}
