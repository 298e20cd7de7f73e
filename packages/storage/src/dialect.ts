/** The words in which database engines differ. Everything else is written once. */
export interface Dialect {
  /** A 64-bit integer. */
  readonly integer: string;
  readonly blob: string;
  /** What makes a table refuse values of the wrong type, where that is not the rule already. */
  readonly strict: string;
  /** Changes nothing, and yet is written to the disk. */
  readonly probe: string;
  /** Statements after which a table's rows can be neither changed nor removed. */
  readonly appendOnly: (table: string) => string[];
  /** Undoes `appendOnly`, for a migration. */
  readonly writable: (table: string) => string[];
}
