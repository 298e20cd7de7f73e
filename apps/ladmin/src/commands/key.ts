import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { IssuedKey } from "@layers/api/admin";
import { GrantedScope, Scope, Tier } from "@layers/contracts";
import type { Store } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { naming } from "../domain-refusal.ts";
import { examples } from "../examples.ts";
import { requireKey, requireOrganization } from "../lookups.ts";
import { withOperator, withStore } from "../session.ts";
import { showTime } from "../terminal/table.ts";
import { parseDuration, parseLifetime } from "../values/duration.ts";
import { toKeyView } from "../views/key-view.ts";
import {
  addCeilingCommands,
  permissionOption,
  repositoryOption,
  toCeiling,
} from "./key-ceiling.ts";

/** `key`: the API keys of the organizations. */
export function addKeyCommands(program: CommandUnknownOpts, deps: Deps): void {
  const key = program.command("key").description("API keys: what partners call the service with");
  addCreate(key, deps);
  addList(key, deps);
  addRotate(key, deps);
  addRevoke(key, deps);
  addCeilingCommands(key, deps);
}

const scopeOption = () =>
  new Option("--scope <scope...>", "what it may do; * is all but org:admin and enterprise:*")
    .choices([...Scope.options, "*"])
    .makeOptionMandatory();

const keyArgument = "the key's id, or the 14 characters of its text after lp_live_ or lp_test_";

function addCreate(key: CommandUnknownOpts, deps: Deps): void {
  key
    .command("create")
    .description("create a key and print its text, this once")
    .requiredOption("--org <id>", "the organization that it belongs to")
    .requiredOption("--name <text>", "a name for people")
    .addOption(scopeOption())
    .addOption(
      new Option("--tier <tier>", "how many calls a minute it may make")
        .choices(Tier.options)
        .default("standard" as const),
    )
    .option("--domain <domain...>", "where install flows may return to: host, *.host or host:port")
    .option(
      "--expires-in <time>",
      "how long it lives, such as 90d; for ever by default",
      parseLifetime,
    )
    .addOption(permissionOption())
    .addOption(repositoryOption())
    .addHelpText(
      "after",
      examples(
        'key create --org org_01JZ… --name "CI" --scope github:token --expires-in 90d',
        "key create --org org_01JZ… --name app --scope github:admin --domain app.example.com",
        "key create --org org_01JZ… --name git --scope github:token --permission contents:read --repository api",
        "key create --org org_01JZ… --name app --scope '*' --json | jq -r .key",
      ),
    )
    .action(({ org, name, scope, tier, domain = [], expiresIn, ...reach }) =>
      withOperator(deps, async (operator, store) => {
        await requireOrganization(store, org);
        const issued = await naming(
          domain,
          operator.createKey({
            organizationId: org,
            name,
            scopes: scope.map((each) => GrantedScope.parse(each)),
            tier,
            allowedReturnDomains: domain,
            lifeSeconds: expiresIn,
            tokenCeiling: toCeiling(reach),
          }),
        );
        await printIssued(deps, store, { issued, done: "Created" });
      }),
    );
}

/** The text alone goes to stdout, so that it can be piped to where it is kept. */
async function printIssued(
  { output, clock }: Deps,
  store: Store,
  { issued, done }: { readonly issued: IssuedKey; readonly done: string },
) {
  const { apiKeyId, keyId, text } = issued;
  const row = await store.keys.find(apiKeyId);
  const view = row && (await toKeyView(row, { store, now: clock() }));
  output.data({ ...view, keyId, key: text }, text);
  output.note(`${done}: ${apiKeyId}`);
  output.warn("Keep the text now: it is not stored, and is not shown again.");
}

function addList(key: CommandUnknownOpts, deps: Deps): void {
  key
    .command("list")
    .description("list an organization's keys")
    .requiredOption("--org <id>", "the organization")
    .addHelpText("after", examples("key list --org org_01JZ…"))
    .action(({ org }) =>
      withStore(deps, async (store) => {
        await requireOrganization(store, org);
        const now = deps.clock();
        const keys = await store.keys.list(org);
        const items = await Promise.all(keys.map((each) => toKeyView(each, { store, now })));
        deps.output.list(
          items,
          {
            ID: ({ id }) => id,
            NAME: ({ name }) => name,
            STATUS: ({ status }) => status,
            TIER: ({ tier }) => tier,
            SCOPES: ({ scopes }) => scopes.join(" "),
            "LAST USED": ({ lastUsedAt }) => showTime(lastUsedAt),
            EXPIRES: ({ expiresAt }) => showTime(expiresAt),
          },
          "No keys yet: ladmin key create --help",
        );
      }),
    );
}

function addRotate(key: CommandUnknownOpts, deps: Deps): void {
  key
    .command("rotate")
    .description("print a new text for a key; the old one lives on for a while")
    .argument("<key>", keyArgument)
    .option(
      "--overlap <time>",
      "how long the old text still works, at most 7d",
      parseDuration,
      86_400,
    )
    .option("-y, --yes", "do not ask before an overlap of 0")
    .addHelpText(
      "after",
      examples("key rotate key_01JZ…", "key rotate key_01JZ… --overlap 0s --yes"),
    )
    .action((reference, { overlap, yes }) =>
      withOperator(deps, async (operator, store) => {
        const { id, name } = await requireKey(store, reference);
        if (overlap === 0)
          await deps.confirm(`Refuse the text that "${name}" has now, at once?`, { yes });
        const issued = await operator.rotateKey(id, overlap);
        await printIssued(deps, store, { issued, done: "Rotated" });
      }),
    );
}

function addRevoke(key: CommandUnknownOpts, deps: Deps): void {
  const { output, confirm, clock } = deps;
  key
    .command("revoke")
    .description("stop accepting a key for good, within a second")
    .argument("<key>", keyArgument)
    .option("-y, --yes", "do not ask")
    .addHelpText("after", examples("key revoke key_01JZ…", "key revoke 0F6R2K9MZC4T7B --yes"))
    .action((reference, options) =>
      withOperator(deps, async (operator, store) => {
        const { id, name, revokedAt } = await requireKey(store, reference);
        if (revokedAt === null) {
          await confirm(`Revoke "${name}" (${id}) for good?`, options);
          await operator.revokeKey(id);
        }
        const view = await toKeyView(await requireKey(store, id), { store, now: clock() });
        output.data(view, "");
        output.note(
          revokedAt === null ? `"${name}" is revoked.` : `"${name}" was revoked already.`,
        );
      }),
    );
}
