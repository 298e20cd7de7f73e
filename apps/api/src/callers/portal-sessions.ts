import type { IdentifyUser, SessionUser } from "../sessions/identify-user.ts";
import type { PortalConfig } from "../sessions/portal-config.ts";
import { bringsSession } from "../sessions/session-token.ts";
import type { Sessions } from "./authenticate.ts";
import type { PortalUser, Stranger } from "./principal.ts";

export interface PortalSessionsDeps extends Pick<PortalConfig, "cookieName"> {
  readonly identifyUser: IdentifyUser;
  /** Where attempts that portal users start may return to. */
  readonly portalDomains: readonly string[];
}

/** Portal users as callers, each for the organization that he names or the only one that he has. */
export function createPortalSessions(deps: PortalSessionsDeps): Sessions {
  const { cookieName, identifyUser, portalDomains } = deps;
  return {
    recognizes: (headers) => bringsSession(headers, cookieName),
    async authenticate(call) {
      const user = await identifyUser(call);
      return toCaller(user, call.headers["x-organization-id"], portalDomains);
    },
  };
}

/** Whose budget a portal user's calls are charged to. */
export const accountOf = ({ userId }: Pick<SessionUser, "userId">) =>
  ({ holder: `user:${userId}`, tier: "standard" }) as const;

function toCaller(
  user: SessionUser,
  organizationId: string | undefined,
  allowedReturnDomains: readonly string[],
): PortalUser | Stranger {
  const { userId, presentedAs, memberships } = user;
  const caller = { ...accountOf(user), presentedAs };
  const mustChoose = organizationId === undefined && memberships.length > 1;
  const membership = memberships.find(
    (each) => each.organizationId === (organizationId ?? each.organizationId),
  );
  if (!membership || mustChoose) return { ...caller, kind: "stranger", mustChoose };
  return {
    ...caller,
    kind: "portal",
    userId,
    actor: `user:${userId}`,
    organizationId: membership.organizationId,
    organizationName: membership.organizationName,
    role: membership.role,
    allowedReturnDomains,
  };
}
