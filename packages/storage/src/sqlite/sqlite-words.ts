import type { Dialect } from "../dialect.ts";

const refuse = (table: string, action: "update" | "delete") =>
  `create trigger "${table}Refuses_${action}" before ${action} on "${table}"
   begin select raise(abort, '${table} is append-only'); end`;

export const sqliteWords: Dialect = {
  integer: "integer",
  blob: "blob",
  strict: "strict",
  probe: "pragma user_version = 0",
  appendOnly: (table) => [refuse(table, "update"), refuse(table, "delete")],
};
