import { isDeepStrictEqual } from "node:util";
import type { Compilable, CompiledQuery, Kysely } from "kysely";
import type { Database } from "./database.ts";

/**
 * A read that Kysely builds and compiles at its first run only, which takes longer than SQLite takes to
 * answer it. Its values must be all the parameters of the SQL, in the SQL's order.
 *
 * @throws at the first run, when they are not
 */
export function compileOnce<Values extends readonly unknown[], Row>(
  db: Kysely<Database>,
  build: (...values: Values) => Compilable<Row>,
): (...values: Values) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | undefined;
  return async (...values) => {
    compiled ??= compile(build, values);
    const { rows } = await db.executeQuery<Row>({ ...compiled, parameters: values });
    return rows;
  };
}

function compile<Values extends readonly unknown[], Row>(
  build: (...values: Values) => Compilable<Row>,
  values: Values,
): CompiledQuery<Row> {
  const compiled = build(...values).compile();
  if (isDeepStrictEqual(compiled.parameters, values)) return compiled;
  throw new Error(`Not a query of its values alone: ${compiled.sql}`);
}
