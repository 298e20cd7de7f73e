import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";

/** Makes the App's JWT; `timeDifference` is GitHub's clock less ours, in seconds. */
export type CreateAppJwt = (
  appId: string | number,
  timeDifference?: number,
) => Promise<{ jwt: string; expiresAt: string }>;

/** GitHub refuses a JWT from its future, so it is back-dated; 600 s of life are the most it takes. */
const backdateSeconds = 60;
const lifeSeconds = 540;
const reuseSeconds = 480;

/**
 * Signs the App's JWT (RS256) and uses it again until a minute before it expires. A clock difference
 * that GitHub told of is kept for the next ones.
 *
 * @throws if the key is not a private key in PEM.
 * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function createAppJwt(privateKeyPem: string, nowSeconds: () => number): CreateAppJwt {
  const privateKey = createPrivateKey(privateKeyPem);
  let difference = 0;
  let latest: { jwt: string; expiresAt: string; renewAt: number } | undefined;

  return async (appId, timeDifference) => {
    const now = nowSeconds();
    if (timeDifference !== undefined) {
      difference = timeDifference;
      latest = undefined;
    }
    if (latest && now < latest.renewAt) return latest;
    const theirNow = now + difference;
    const jwt = await new SignJWT()
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setIssuer(String(appId))
      .setIssuedAt(theirNow - backdateSeconds)
      .setExpirationTime(theirNow + lifeSeconds)
      .sign(privateKey);
    const expiresAt = new Date((theirNow + lifeSeconds) * 1000).toISOString();
    latest = { jwt, expiresAt, renewAt: now + reuseSeconds };
    return latest;
  };
}
