import { Command } from "@commander-js/extra-typings";
import manifest from "../package.json" with { type: "json" };
import { addAttemptCommands } from "./commands/attempt.ts";
import { addAuditCommands } from "./commands/audit.ts";
import { addBackupCommand } from "./commands/backup.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addConsentCommands } from "./commands/consent.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addDomainCommands } from "./commands/domain.ts";
import { addEnterpriseCommands } from "./commands/enterprise.ts";
import { addInstallationCommands } from "./commands/installation.ts";
import { addJobCommands } from "./commands/job.ts";
import { addKeyCommands } from "./commands/key.ts";
import { addMemberCommands } from "./commands/member.ts";
import { addMigrateCommand } from "./commands/migrate.ts";
import { addOrgCommands } from "./commands/org.ts";
import { addReconcileCommand } from "./commands/reconcile.ts";
import { addRestoreCommand } from "./commands/restore.ts";
import { addTierCommands } from "./commands/tier.ts";
import type { Deps } from "./deps.ts";

const groups = {
  "Partners:": [
    addOrgCommands,
    addKeyCommands,
    addDomainCommands,
    addTierCommands,
    addConsentCommands,
    addEnterpriseCommands,
    addMemberCommands,
  ],
  "What happens:": [
    addInstallationCommands,
    addAttemptCommands,
    addJobCommands,
    addReconcileCommand,
    addAuditCommands,
  ],
  "The database:": [addMigrateCommand, addBackupCommand, addRestoreCommand, addDoctorCommand],
};

const about = `
Works on the service's database, beside the service while it runs. It reads the same environment:
  DATABASE_URL   file:<path of the database>
  KEY_ENV        live or test
  KEY_PEPPERS    the secrets under which keys are hashed: to create and rotate keys
  GITHUB_…       the App, with the rest of the service's environment: to grant enterprises
Without DATABASE_URL it uses the data folder of a standalone service (DATA_DIR, by default .data).

Exit codes:
  0  done
  1  failed
  2  wrong usage or settings
  3  not found
  4  refused: a value that may not be, or a change that may not be made
  5  the database is not available`;

/** Puts the commands together. */
export function createProgram(deps: Deps): Command {
  const { output } = deps;
  const program = new Command("ladmin")
    .description("Administers organizations, their keys and the database of a Layers Connector.")
    .version(manifest.version)
    .option("--json", "print one JSON document, and errors as JSON")
    .addHelpText("after", about)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => output.help(text),
      writeErr: (text) => output.usage(text),
      outputError: () => undefined,
    })
    .exitOverride();
  for (const [heading, group] of Object.entries(groups)) {
    program.commandsGroup(heading);
    for (const addCommands of group) addCommands(program, deps);
  }
  program
    .commandsGroup("This program:")
    .helpCommand("help [command]", "show how a command is used");
  addCompletionCommand(program);
  return program;
}
