import type { NewKey, Operator, OperatorDeps } from "@layers/api/admin";
import { ensureOrganization, organizations } from "./development-organizations.ts";
import type { Keys, KnownKeys } from "./standalone-file.ts";

export interface DevelopmentKeysDeps extends Pick<OperatorDeps, "store" | "digests" | "clock"> {
  readonly operator: Operator;
}

interface Wanted extends Pick<NewKey, "name" | "scopes"> {
  readonly organization: string;
}

const everything = ["github:admin", "github:token"] as const;
const wanted: Record<keyof Keys, Wanted> = {
  admin: { organization: organizations.own, name: "development", scopes: everything },
  noScope: { organization: organizations.own, name: "development without scopes", scopes: [] },
  otherOrg: { organization: organizations.other, name: "development", scopes: everything },
  enterprise: {
    organization: organizations.own,
    name: "development of enterprises",
    scopes: ["enterprise:read", "enterprise:write"],
  },
};

interface Given {
  /** The texts of the last start's keys. */
  readonly known: KnownKeys;
  readonly allowedReturnDomains: readonly string[];
}

/**
 * Makes sure that the development organizations and keys exist. Whatever is there already is used
 * again, so that it may be called after a crash at any point.
 */
export async function ensureDevelopmentKeys(
  deps: DevelopmentKeysDeps,
  { known, allowedReturnDomains }: Given,
): Promise<Keys> {
  const ensure = (name: keyof Keys) =>
    ensureKey(deps, { ...wanted[name], text: known[name], allowedReturnDomains });
  return {
    admin: await ensure("admin"),
    noScope: await ensure("noScope"),
    otherOrg: await ensure("otherOrg"),
    enterprise: await ensure("enterprise"),
  };
}

interface KeyRequest extends Wanted {
  readonly text: string | undefined;
  readonly allowedReturnDomains: readonly string[];
}

async function ensureKey(deps: DevelopmentKeysDeps, request: KeyRequest): Promise<string> {
  const { operator } = deps;
  const { organization, name, scopes, text, allowedReturnDomains } = request;
  const liveId = text && (await identify(deps, text));
  if (text && liveId) {
    await allowDomains(operator, liveId, allowedReturnDomains);
    return text;
  }
  const organizationId = await ensureOrganization(operator, organization);
  const keys = await operator.listKeys(organizationId);
  // A key whose text was lost before it was written down gets a new secret.
  const lost = keys.find((key) => key.name === name && key.revokedAt === null);
  if (lost) {
    await allowDomains(operator, lost.id, allowedReturnDomains);
    return (await operator.rotateKey(lost.id, 0)).text;
  }
  const key = { organizationId, name, scopes, tier: "unlimited", allowedReturnDomains } as const;
  return (await operator.createKey(key)).text;
}

/** The id of the key with this text, if it is one of ours and lives. */
async function identify(deps: DevelopmentKeysDeps, text: string): Promise<string | undefined> {
  const { store, digests, clock } = deps;
  const [, , keyId = ""] = text.split("_");
  const key = await store.keys.findByKeyId(keyId);
  if (!key || !digests.matches(text, key)) return undefined;
  const ends = [key.revokedAt, key.expiresAt, key.secretExpiresAt];
  return ends.every((at) => at === null || at > clock()) ? key.id : undefined;
}

async function allowDomains(operator: Operator, apiKeyId: string, domains: readonly string[]) {
  const allowed = await operator.listDomains(apiKeyId);
  for (const domain of domains)
    if (!allowed.includes(domain)) await operator.addDomain(apiKeyId, domain);
}
