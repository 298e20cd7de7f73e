import { randomBytes, randomUUID } from "node:crypto";
import type { PortalConfig } from "@layers/api";
import type { Operator } from "@layers/api/admin";
import type { Role } from "@layers/contracts";
import { type JWTPayload, SignJWT } from "jose";
import { z } from "zod";
import type { Connector } from "./connector.ts";
import { send } from "./http.ts";
import { openSession } from "./visit.ts";

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
    exp: now + 3600,
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

/** A trip through GitHub's authorization page, up to the callback. */
export interface LinkTrip {
  /** Where GitHub sends the browser back to. */
  readonly callback: string;
  /** The cookie with which it must come. */
  readonly cookie: string;
}

/** Starts to link as a page does that holds the session, and authorizes the App as a person. */
export async function startLink(
  { url, sandbox }: Pick<Connector, "url" | "sandbox">,
  { session }: Pick<PortalUser, "session">,
  { login, body = {} }: { readonly login: string; readonly body?: object },
): Promise<LinkTrip> {
  const headers = sessionHeaders("Bearer", session);
  const started = await send("POST /github/link", url, { headers, body });
  const { url: page } = z.object({ url: z.url() }).parse(started.body);
  const cookie = nameAndValue(started.headers.getSetCookie()[0] ?? "");
  return { callback: await authorizeAtGitHub({ sandbox }, page, login), cookie };
}

/** Authorizes the App on GitHub's page, and tells where that leads. */
export async function authorizeAtGitHub(
  { sandbox }: Pick<Connector, "sandbox">,
  page: string,
  login: string,
): Promise<string> {
  const { cookie } = await openSession(sandbox, login);
  const { headers } = await fetch(page, { headers: { cookie }, redirect: "manual" });
  return headers.get("location") ?? "";
}

export const nameAndValue = (setCookie: string): string => setCookie.split(";", 1)[0] ?? "";

/** Links a portal user's GitHub account. */
export async function linkGitHub(
  connector: Pick<Connector, "url" | "sandbox">,
  user: Pick<PortalUser, "session">,
  login: string,
): Promise<void> {
  const { callback, cookie } = await startLink(connector, user, { login });
  const { status } = await fetch(callback, { headers: { cookie }, redirect: "manual" });
  if (status !== 200) throw new Error(`${login} could not be linked: ${status}.`);
}
