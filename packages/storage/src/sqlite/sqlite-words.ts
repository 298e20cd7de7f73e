import type { Dialect } from "../dialect.ts";

const actions = ["update", "delete"] as const;

const refuse = (table: string, action: (typeof actions)[number]) =>
  `create trigger "${table}Refuses_${action}" before ${action} on "${table}"
   begin select raise(abort, '${table} is append-only'); end`;

export const sqliteWords: Dialect = {
  integer: "integer",
  blob: "blob",
  strict: "strict",
  probe: "pragma user_version = 0",
  appendOnly: (table) => actions.map((action) => refuse(table, action)),
  writable: (table) => actions.map((action) => `drop trigger "${table}Refuses_${action}"`),
};
