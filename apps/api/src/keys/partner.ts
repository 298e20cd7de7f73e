import { GrantedScope, Tier } from "@layers/contracts";
import type { KeyRecord } from "@layers/storage";
import { z } from "zod";
import type { Partner } from "../callers/principal.ts";
import { parseTokenCeiling } from "../tokens/token-ceiling.ts";

const Domains = z.array(z.string());

/** Reads a stored key. A scope that this version does not know gives nothing. */
export function toPartner(key: KeyRecord): Partner {
  const scopes = z.array(z.string()).parse(JSON.parse(key.scopes));
  return {
    kind: "partner",
    holder: key.id,
    actor: key.id,
    organizationId: key.organizationId,
    organizationName: key.organizationName,
    apiKeyId: key.id,
    scopes: scopes.filter((scope): scope is GrantedScope => GrantedScope.safeParse(scope).success),
    tier: Tier.parse(key.tier),
    allowedReturnDomains: parseDomains(key.allowedReturnDomains),
    tokenCeiling: parseTokenCeiling(key.tokenCeiling),
  };
}

export const parseDomains = (stored: string): string[] => Domains.parse(JSON.parse(stored));
