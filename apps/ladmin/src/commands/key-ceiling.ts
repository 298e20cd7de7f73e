import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { parseTokenCeiling, type TokenCeiling } from "@layers/api/admin";
import type { Permissions } from "@layers/contracts";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { requireKey } from "../lookups.ts";
import { withOperator, withStore } from "../session.ts";
import { addPermission, addRepository } from "../values/reach.ts";

interface Reach {
  readonly permission?: Permissions | undefined;
  readonly repository?: readonly string[] | undefined;
}

/** `--permission` and `--repository`: the most that a key's tokens may reach. */
export const permissionOption = () =>
  new Option(
    "--permission <name:level...>",
    "the most that its tokens may do, such as contents:read",
  ).argParser(addPermission);
export const repositoryOption = () =>
  new Option(
    "--repository <name...>",
    "the only repositories that its tokens may see, without their owner",
  ).argParser(addRepository);

/** What the options say, if they say anything. */
export const toCeiling = ({ permission, repository }: Reach): TokenCeiling | undefined =>
  permission || repository
    ? {
        ...(permission && { permissions: permission }),
        ...(repository && { repositories: [...repository] }),
      }
    : undefined;

/** `key ceiling`: the most that the tokens of a key may reach. */
export function addCeilingCommands(key: CommandUnknownOpts, deps: Deps): void {
  const ceiling = key
    .command("ceiling")
    .description("the most that the GitHub tokens may reach that a key asks for");
  addSet(ceiling, deps);
  addClear(ceiling, deps);
  addShow(ceiling, deps);
}

const print = ({ output }: Deps, apiKeyId: string, ceiling: TokenCeiling | undefined) =>
  output.data({ apiKeyId, ceiling: ceiling ?? null }, toLines(ceiling).join("\n"));

const toLines = ({ permissions = {}, repositories = [] }: TokenCeiling = {}): string[] => [
  ...Object.entries(permissions).map(([name, level]) => `permission ${name}:${level}`),
  ...repositories.map((name) => `repository ${name}`),
];

function addSet(ceiling: CommandUnknownOpts, deps: Deps): void {
  ceiling
    .command("set")
    .description("replace a key's ceiling within a second; tokens that are out live on, an hour")
    .argument("<key>", "the key's id")
    .addOption(permissionOption())
    .addOption(repositoryOption())
    .addHelpText(
      "after",
      examples(
        "key ceiling set key_01JZ… --permission contents:read --repository espresso-api",
        "key ceiling set key_01JZ… --permission contents:write pull_requests:write",
      ),
    )
    .action((reference, options) =>
      withOperator(deps, async (operator, store) => {
        const { id, name } = await requireKey(store, reference);
        const wanted = toCeiling(options);
        if (!wanted)
          throw new CommandError(
            "BAD_REQUEST",
            "Give --permission, --repository or both. `ladmin key ceiling clear` takes it away.",
          );
        await operator.setTokenCeiling(id, wanted);
        print(deps, id, wanted);
        deps.output.note(`No new token for "${name}" reaches more.`);
      }),
    );
}

function addClear(ceiling: CommandUnknownOpts, deps: Deps): void {
  ceiling
    .command("clear")
    .description("take a key's ceiling away: its tokens may reach all that the key's scopes allow")
    .argument("<key>", "the key's id")
    .addHelpText("after", examples("key ceiling clear key_01JZ…"))
    .action((reference) =>
      withOperator(deps, async (operator, store) => {
        const { id, name } = await requireKey(store, reference);
        await operator.setTokenCeiling(id, undefined);
        print(deps, id, undefined);
        deps.output.note(`"${name}" has no ceiling.`);
      }),
    );
}

function addShow(ceiling: CommandUnknownOpts, deps: Deps): void {
  ceiling
    .command("show")
    .description("show a key's ceiling")
    .argument("<key>", "the key's id")
    .addHelpText("after", examples("key ceiling show key_01JZ…"))
    .action((reference) =>
      withStore(deps, async (store) => {
        const { id, name, tokenCeiling } = await requireKey(store, reference);
        print(deps, id, parseTokenCeiling(tokenCeiling));
        if (tokenCeiling === null) deps.output.note(`"${name}" has no ceiling.`);
      }),
    );
}
