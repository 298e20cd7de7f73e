import { existsSync } from "node:fs";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { EnvError, type Finding, readDatabaseFile } from "@layers/api/admin";
import { openSqlite } from "@layers/storage";
import type { Deps } from "../deps.ts";
import { findDatabaseProblems } from "../doctor/database-findings.ts";
import { findSecretProblems } from "../doctor/secret-findings.ts";
import { findServiceProblems } from "../doctor/service-findings.ts";
import { examples } from "../examples.ts";
import { CommandError } from "../failure.ts";
import type { Output } from "../terminal/output.ts";

/** `doctor`: what is wrong with this installation, and how to mend it. */
export function addDoctorCommand(program: CommandUnknownOpts, deps: Deps): void {
  const { output } = deps;
  program
    .command("doctor")
    .description("look for what is wrong with this installation, and say how to mend it")
    .addHelpText("after", examples("doctor", "doctor --json | jq .healthy"))
    .action(async () => {
      const checks = await findProblems(deps);
      const problems = checks.filter(({ status }) => status === "problem").length;
      const text = checks.map((finding) => showFinding(output, finding)).join("\n");
      output.data({ healthy: problems === 0, checks }, text);
      if (problems > 0)
        throw new CommandError("INTERNAL", `Problems found: ${problems}. Mend them as said above.`);
    });
}

async function findProblems({ env, clock }: Deps): Promise<Finding[]> {
  const file = findFile(env);
  if (typeof file !== "string") return [file];
  const database = await findDatabaseProblems(file);
  const isUsable = existsSync(file) && !database.some(({ status }) => status === "problem");
  const store = isUsable ? openSqlite({ file }) : undefined;
  try {
    const secrets = await findSecretProblems(env, store?.keys, clock());
    return [...database, ...secrets, ...(await findServiceProblems(env, clock))];
  } finally {
    await store?.close();
  }
}

function findFile(env: Deps["env"]): string | Finding {
  try {
    return readDatabaseFile(env);
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    const mend = "set DATABASE_URL=file:<path of the database>";
    return { check: "database", status: "problem", detail: "DATABASE_URL does not name one", mend };
  }
}

const looks = {
  ok: ["green", "ok     "],
  problem: ["red", "problem"],
  unknown: ["yellow", "unknown"],
} as const;

function showFinding({ paint }: Pick<Output, "paint">, finding: Finding): string {
  const [style, word] = looks[finding.status];
  const line = `${paint(style, word)}  ${finding.check.padEnd(15)}  ${finding.detail}`;
  return finding.mend ? `${line}\n${" ".repeat(26)}→ ${finding.mend}` : line;
}
