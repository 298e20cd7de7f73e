import { GrantedScope, Tier } from "@layers/contracts";
import type { KeyRecord } from "@layers/storage";
import { z } from "zod";

/** The partner on whose behalf a call is made. */
export interface Principal {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly apiKeyId: string;
  readonly scopes: readonly GrantedScope[];
  readonly tier: Tier;
  readonly allowedReturnDomains: readonly string[];
}

const Domains = z.array(z.string());

/** Reads a stored key. A scope that this version does not know gives nothing. */
export function toPrincipal(key: KeyRecord): Principal {
  const scopes = z.array(z.string()).parse(JSON.parse(key.scopes));
  return {
    organizationId: key.organizationId,
    organizationName: key.organizationName,
    apiKeyId: key.id,
    scopes: scopes.filter((scope): scope is GrantedScope => GrantedScope.safeParse(scope).success),
    tier: Tier.parse(key.tier),
    allowedReturnDomains: parseDomains(key.allowedReturnDomains),
  };
}

export const parseDomains = (stored: string): string[] => Domains.parse(JSON.parse(stored));
