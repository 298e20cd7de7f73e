import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Reconciled, readEnv, reconcileNow, TooManyEnds } from "@layers/api/admin";
import type { Deps } from "../deps.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import { withStore } from "../session.ts";

/** `reconcile`: makes the bindings show what GitHub says. */
export function addReconcileCommand(program: CommandUnknownOpts, deps: Deps): void {
  const { output, env, clock } = deps;
  program
    .command("reconcile")
    .description("compare all bindings with GitHub's installations, and write what GitHub says")
    .option("--dry-run", "only show what differs")
    .option("--force", "end bindings even if they are so many that something else may be wrong")
    .addHelpText("after", examples("reconcile --dry-run", "reconcile", "reconcile --force"))
    .action(({ dryRun = false, force = false }) =>
      withStore(deps, async (store) => {
        const { github } = readEnv(env);
        const { compared, drift } = await deps
          .showProgress("Asking GitHub", (onProgress) =>
            reconcileNow({ store, github, clock }, { dryRun, force, onProgress }),
          )
          .catch(explain);
        output.list(
          drift.map(toView),
          {
            INSTALLATION: ({ installationId }) => String(installationId),
            ORGANIZATION: ({ organizationId }) => organizationId,
            ACCOUNT: ({ login, loginAtGitHub }) =>
              login === loginAtGitHub ? login : `${login} → ${loginAtGitHub}`,
            STATUS: ({ status, statusAtGitHub }) =>
              status === statusAtGitHub ? status : `${status} → ${statusAtGitHub}`,
          },
          `All ${compared} bindings show what GitHub says.`,
        );
        if (drift.length > 0)
          output.note(
            dryRun
              ? `${drift.length} of ${compared} bindings differ; nothing was written.`
              : `${drift.length} of ${compared} bindings differed, and show what GitHub says now.`,
          );
      }),
    );
}

const toView = ({ binding, seen }: Reconciled["drift"][number]) => ({
  installationId: binding.installationId,
  organizationId: binding.organizationId,
  login: binding.accountLogin,
  loginAtGitHub: seen.accountLogin ?? binding.accountLogin,
  status: binding.status,
  statusAtGitHub: seen.status,
});

function explain(error: unknown): never {
  if (!(error instanceof TooManyEnds)) throw error;
  throw new CommandError(
    "CONFLICT",
    `${error.message} Nothing was written: see that the App and its host are the right ones (\`ladmin doctor\`), then add --force.`,
  );
}
