import type { Membership } from "./github.ts";
import { MembershipBody } from "./github-bodies.ts";
import { type Answer, readBody } from "./github-requests.ts";

/** Reads what GitHub answers about a person in an organization. */
export function toMembership(answer: Answer): Membership {
  if (answer.status === 403 && answer.headers["x-github-sso"] !== undefined)
    return { kind: "sso_required" };
  if (answer.status === 403 || answer.status === 404) return { kind: "none" };
  const body = readBody(MembershipBody, answer);
  return {
    kind: "member",
    isActiveAdmin: body.state === "active" && body.role === "admin",
    organizationId: body.organization.id,
    userId: body.user?.id ?? 0,
  };
}
