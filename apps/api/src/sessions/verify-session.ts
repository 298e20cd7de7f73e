import { AppError } from "@layers/contracts";
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Clock } from "../clock.ts";
import { createIssuerKeys, type IssuerKeysDeps } from "./issuer-keys.ts";
import type { IssuerConfig } from "./portal-config.ts";
import type { ClaimedToken } from "./read-token-text.ts";

/** When a token is good, until when: epoch microseconds. Rejects with `UNAUTHENTICATED` otherwise. */
export type VerifySession = (token: string, claimed: ClaimedToken) => Promise<number>;

const toleranceSeconds = 30;

interface Issuer {
  readonly algorithms: string[];
  readonly key: JWTVerifyGetKey;
}

/** Each issuer has one kind of keys, so that a public key is never taken for a secret. */
function toIssuer(config: IssuerConfig, deps: IssuerKeysDeps): Issuer {
  if ("jwksUrl" in config)
    return { algorithms: ["ES256", "RS256"], key: createIssuerKeys(config.jwksUrl, deps) };
  const secret = Buffer.from(config.secret);
  return { algorithms: ["HS256"], key: () => secret };
}

export function createVerifySession(
  configs: readonly IssuerConfig[],
  deps: IssuerKeysDeps & { readonly clock: Clock },
): VerifySession {
  const issuers = new Map(configs.map((config) => [config.issuer, toIssuer(config, deps)]));
  return async (token, { issuer }) => {
    const known = issuers.get(issuer);
    if (!known) throw new AppError("UNAUTHENTICATED");
    const now = deps.clock() / 1_000_000;
    try {
      const { payload } = await jwtVerify(token, known.key, {
        issuer,
        algorithms: known.algorithms,
        audience: "authenticated",
        requiredClaims: ["exp", "sub"],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(now * 1000),
      });
      // jose looks at `iat` only where an age is limited.
      if ((payload.iat ?? 0) > now + toleranceSeconds) throw new AppError("UNAUTHENTICATED");
      return ((payload.exp ?? 0) + toleranceSeconds) * 1_000_000;
    } catch (error) {
      // Keys of other kinds than the header says are a TypeError.
      if (error instanceof errors.JOSEError || error instanceof TypeError)
        throw new AppError("UNAUTHENTICATED");
      throw error;
    }
  };
}
