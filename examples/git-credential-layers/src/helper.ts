import { isLayersError, Layers } from "@layers/client";
import type { Credential } from "./credential.ts";
import { parseRepository } from "./repository.ts";
import { isLoopback, type Settings } from "./settings.ts";

/** Who GitHub takes an installation's token from. */
const username = "x-access-token";

/** Whether a credential is this helper's business. */
export const isOurs = (asked: Credential, { host }: Settings): boolean =>
  asked.get("host")?.toLowerCase() === host;

/**
 * Does what git asks for; returns what to tell it. What git may store is worth nothing soon, so nothing
 * is stored.
 */
export async function answer(
  asked: Credential,
  settings: Settings,
): Promise<Readonly<Record<string, string>>> {
  switch (settings.operation) {
    case "get":
      return getToken(asked, settings);
    case "erase":
      await revokeToken(asked, settings);
      return {};
    default:
      return {};
  }
}

const clientOf = ({ serviceUrl, readKey }: Settings): Layers =>
  new Layers({ apiKey: readKey(), baseUrl: serviceUrl });

async function getToken(asked: Credential, settings: Settings) {
  requireSafe(asked);
  const path = asked.get("path");
  const repository = path === undefined ? undefined : parseRepository(path);
  const { permissions } = settings;
  const issued = await clientOf(settings).github.createToken({
    permissions,
    ...(repository && { repositories: [repository.name] }),
  });
  const [seen] = issued.repositories ?? [];
  if (repository && seen?.fullName.toLowerCase() !== nameOf(repository).toLowerCase())
    throw new Error(`${nameOf(repository)} is not the connected account's.`);
  return {
    username,
    password: issued.token,
    password_expiry_utc: String(Math.floor(Date.parse(issued.expiresAt) / 1000)),
  };
}

const nameOf = ({ owner, name }: { readonly owner: string; readonly name: string }) =>
  `${owner}/${name}`;

function requireSafe(asked: Credential): void {
  const host = asked.get("host") ?? "";
  if (asked.get("protocol") === "https" || isLoopback(host)) return;
  throw new Error(`A token would go to ${host} in the clear: use https.`);
}

/** GitHub has refused the token, so nobody shall be given it again. */
async function revokeToken(asked: Credential, settings: Settings): Promise<void> {
  const token = asked.get("password");
  if (!token || asked.get("username") !== username) return;
  try {
    await clientOf(settings).github.revokeToken({ token });
  } catch (error) {
    // It was not ours, or is over.
    if (!isLayersError(error) || error.code !== "NOT_FOUND") throw error;
  }
}
