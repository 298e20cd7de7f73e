import { AppError, invalid } from "@layers/contracts";
import { z } from "zod";
import type { Operator, OperatorDeps } from "./operator.ts";
import { createOperatorAudit } from "./operator-audit.ts";

type MemberTasks = Pick<Operator, "putMember" | "removeMember">;

/** Who of the portal's users belongs to which organization. */
export function memberTasks({ store, clock }: OperatorDeps): MemberTasks {
  const audit = createOperatorAudit(clock);
  return {
    putMember: ({ organizationId, userId: text, role }) =>
      store.transaction(async (tx) => {
        const userId = checkUserId(text);
        if (!(await tx.organizations.find(organizationId))) throw new AppError("NOT_FOUND");
        const members = await tx.members.list(organizationId);
        const standing = members.find((each) => each.userId === userId);
        if (standing?.role === role) return standing;
        const member = { organizationId, userId, role, createdAt: standing?.createdAt ?? clock() };
        await tx.members.put(member);
        const action = standing ? "member.change" : "member.add";
        await audit(tx, organizationId, { action, target: userId, details: { role } });
        return member;
      }),

    removeMember: ({ organizationId, userId: text }) =>
      store.transaction(async (tx) => {
        const userId = checkUserId(text);
        if (!(await tx.members.remove({ organizationId, userId }))) throw new AppError("NOT_FOUND");
        await audit(tx, organizationId, { action: "member.remove", target: userId });
      }),
  };
}

/** As session tokens have it in `sub`, in lower case. */
function checkUserId(text: string): string {
  if (!z.guid().safeParse(text).success)
    throw invalid("userId", "Is the UUID that the user's session tokens have as `sub`.");
  return text.toLowerCase();
}
