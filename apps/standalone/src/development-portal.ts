import type { Operator } from "@layers/api/admin";
import { SignJWT } from "jose";
import { ensureOrganization, organizations } from "./development-organizations.ts";

/** Signs the sessions of the development users. */
export interface DevelopmentIssuer {
  readonly issuer: string;
  readonly secret: string;
}

/** A user who can sign in to the portal. */
export interface PortalUser {
  readonly userId: string;
  /** Null for one who belongs nowhere. */
  readonly organizationId: string | null;
  readonly role: "owner" | "admin" | "member" | null;
  /** A session of one day, as Bearer or in the cookie. */
  readonly token: string;
}

const { own, other } = organizations;
const users = {
  owner: { userId: "00000000-0000-4000-8000-000000000001", organization: own, role: "owner" },
  admin: { userId: "00000000-0000-4000-8000-000000000002", organization: own, role: "admin" },
  member: { userId: "00000000-0000-4000-8000-000000000003", organization: own, role: "member" },
  stranger: { userId: "00000000-0000-4000-8000-000000000004", organization: null, role: null },
  otherOwner: {
    userId: "00000000-0000-4000-8000-000000000005",
    organization: other,
    role: "owner",
  },
} as const;

/** The development users by their names. */
export type PortalUsers = Readonly<Record<keyof typeof users, PortalUser>>;
export const portalUserNames = Object.keys(users) as (keyof typeof users)[];

/** Makes sure that the users are members of their organizations, and signs them in. */
export async function ensurePortalUsers(
  operator: Operator,
  issuer: DevelopmentIssuer,
): Promise<PortalUsers> {
  const ensure = async (name: keyof typeof users): Promise<[string, PortalUser]> => {
    const { userId, organization, role } = users[name];
    const organizationId = organization && (await ensureOrganization(operator, organization));
    if (organizationId) await operator.putMember({ organizationId, userId, role });
    const token = await signSession(issuer, userId);
    return [name, { userId, organizationId, role, token }];
  };
  const entries = [];
  for (const name of portalUserNames) entries.push(await ensure(name));
  // Safe: the names are the users' own.
  return Object.fromEntries(entries) as PortalUsers;
}

/** A session token as Supabase makes them. */
export const signSession = ({ issuer, secret }: DevelopmentIssuer, userId: string) =>
  new SignJWT({ role: "authenticated" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(issuer)
    .setAudience("authenticated")
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime("1d")
    .sign(Buffer.from(secret));
