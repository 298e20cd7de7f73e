import { existsSync } from "node:fs";
import {
  createKeyDigests,
  createOperator,
  type Operator,
  type OperatorDeps,
  readDatabaseFile,
  readOperatorEnv,
} from "@layers/api/admin";
import { openSqlite, type Store } from "@layers/storage";
import type { Deps } from "./deps.ts";
import { CommandError } from "./failure.ts";

type SessionDeps = Pick<Deps, "env" | "clock">;

/** Runs `work` on the service's database, which must be there and have the schema that we know. */
export async function withStore<T>(
  { env }: Pick<SessionDeps, "env">,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const file = readDatabaseFile(env);
  requireFile(file);
  const store = openSqlite({ file });
  try {
    if (!(await store.isCurrent()))
      throw new CommandError(
        "UNAVAILABLE",
        "The database's schema is older than this program: run `ladmin migrate` first.",
      );
    return await work(store);
  } finally {
    await store.close();
  }
}

/** As `withStore`, with what the operator may do. */
export async function withOperator<T>(
  deps: SessionDeps,
  work: (operator: Operator, store: Store) => Promise<T>,
): Promise<T> {
  const { keyEnv, peppers } = readOperatorEnv(deps.env);
  const digests = peppers ? createKeyDigests(peppers) : noDigests;
  return withStore(deps, (store) =>
    work(createOperator({ store, digests, keyEnv, clock: deps.clock }), store),
  );
}

const refuse = (): never => {
  throw new CommandError(
    "BAD_REQUEST",
    "KEY_PEPPERS is missing: set it as it is for the service, or no key made here would be accepted.",
  );
};

/** Whoever revokes or suspends in a hurry needs no secret. */
const noDigests: OperatorDeps["digests"] = { digest: refuse, matches: refuse };

/** @throws {CommandError} rather than let SQLite create an empty database. */
export function requireFile(file: string): void {
  if (!existsSync(file))
    throw new CommandError(
      "UNAVAILABLE",
      `There is no database at ${file}: check DATABASE_URL, or create one with \`ladmin migrate\`.`,
    );
}
