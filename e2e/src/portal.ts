import { randomBytes, randomUUID } from "node:crypto";
import type { PortalConfig } from "@layers/api";
import type { Operator } from "@layers/api/admin";
import type { Role } from "@layers/contracts";
import { type JWTPayload, SignJWT } from "jose";

export const portalOrigin = "https://portal.example";
export const portalCookie = "sb-access-token";
export const portalIssuer = "https://project.supabase.co/auth/v1";
export const portalSecret = randomBytes(32).toString("hex");

/** A portal beside the service, whose users a shared secret signs in. */
export const portalAt = (url: string): PortalConfig => ({
  issuers: [{ issuer: portalIssuer, secret: portalSecret }],
  cookieName: portalCookie,
  origins: [portalOrigin, url],
});

/** Changes of a session token; undefined takes a claim away. */
export type SessionClaims = Readonly<Record<string, unknown>>;

/** The claims of a session that begins now. */
export function sessionClaims(userId: string, changes: SessionClaims = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: portalIssuer,
    aud: "authenticated",
    sub: userId,
    role: "authenticated",
    is_anonymous: false,
    iat: now,
    // Longer than any test moves the clock.
    exp: now + 24 * 3600,
    ...changes,
  };
}

/** Signs a session as the portal's issuer does. */
export const signSession = (userId: string, changes: SessionClaims = {}): Promise<string> =>
  new SignJWT(sessionClaims(userId, changes))
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(Buffer.from(portalSecret));

/** A person who is signed in to the portal. */
export interface PortalUser {
  readonly userId: string;
  readonly organizationId: string;
  readonly session: string;
}

/** Makes somebody a member of an organization, and signs him in. */
export async function addUser(
  { operator }: { readonly operator: Operator },
  organizationId: string,
  role: Role = "owner",
): Promise<PortalUser> {
  const userId = randomUUID();
  await operator.putMember({ organizationId, userId, role });
  return { userId, organizationId, session: await signSession(userId) };
}

/** How a session is shown. */
export const presentations = ["Bearer", "cookie"] as const;
export type Presentation = (typeof presentations)[number];

/** The headers of a call from the portal's own page, or from a program that holds the session. */
export const sessionHeaders = (
  presentation: Presentation,
  session: string,
): Record<string, string> =>
  presentation === "Bearer"
    ? { authorization: `Bearer ${session}` }
    : { cookie: `${portalCookie}=${session}`, "sec-fetch-site": "same-origin" };
