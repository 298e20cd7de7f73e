import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { Role } from "@layers/contracts";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireOrganization } from "../lookups.ts";
import { withOperator, withStore } from "../session.ts";
import { showTime } from "../terminal/table.ts";
import { toMemberView } from "../views/member-view.ts";

const userMeaning = "the user's UUID, which the portal's session tokens have as `sub`";

/** `member`: which users of the portal act for an organization. */
export function addMemberCommands(program: CommandUnknownOpts, deps: Deps): void {
  const member = program
    .command("member")
    .description("users of the portal who act for an organization");
  addAdd(member, deps);
  addRemove(member, deps);
  addList(member, deps);
}

function addAdd(member: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  member
    .command("add")
    .description("make a user a member, or change what he is")
    .argument("<org>", "the organization's id")
    .argument("<user>", userMeaning)
    .addOption(
      new Option("--role <role>", "owners and admins may write, members read")
        .choices(Role.options)
        .default("member" as const),
    )
    .addHelpText(
      "after",
      examples("member add org_01JZ… 6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11 --role owner"),
    )
    .action((organizationId, userId, { role }) =>
      withOperator(deps, async (operator, store) => {
        const { name } = await requireOrganization(store, organizationId);
        const added = await operator.putMember({ organizationId, userId, role });
        output.data(toMemberView(added), "");
        output.note(`${added.userId} is ${role} of "${name}".`);
      }),
    );
}

function addRemove(member: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  member
    .command("remove")
    .description("end a membership; the user's sessions act for the organization no more")
    .argument("<org>", "the organization's id")
    .argument("<user>", userMeaning)
    .addHelpText("after", examples("member remove org_01JZ… 6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11"))
    .action((organizationId, userId) =>
      withOperator(deps, async (operator, store) => {
        const { name } = await requireOrganization(store, organizationId);
        const members = await store.members.list(organizationId);
        const found = members.find((each) => each.userId === userId.toLowerCase());
        if (!found)
          throw new CommandError(
            "NOT_FOUND",
            `"${name}" has no such member: \`ladmin member list ${organizationId}\` shows them.`,
          );
        await operator.removeMember(found);
        output.data(toMemberView(found), "");
        output.note(`${found.userId} no longer belongs to "${name}".`);
      }),
    );
}

function addList(member: CommandUnknownOpts, deps: Deps): void {
  member
    .command("list")
    .description("list an organization's members")
    .argument("<org>", "the organization's id")
    .addHelpText("after", examples("member list org_01JZ…"))
    .action((organizationId) =>
      withStore(deps, async (store) => {
        await requireOrganization(store, organizationId);
        const items = (await store.members.list(organizationId)).map(toMemberView);
        deps.output.list(
          items,
          {
            USER: ({ userId }) => userId,
            ROLE: ({ role }) => role,
            SINCE: ({ createdAt }) => showTime(createdAt),
          },
          `No members yet: ladmin member add ${organizationId} <user> --role owner`,
        );
      }),
    );
}
