import { toTime } from "@layers/api/admin";
import type { MemberRow } from "@layers/storage";

/** A member as programs see it. */
export const toMemberView = ({ organizationId, userId, role, createdAt }: MemberRow) => ({
  organizationId,
  userId,
  role,
  createdAt: toTime(createdAt),
});
