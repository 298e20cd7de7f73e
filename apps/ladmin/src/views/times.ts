import { toTime } from "@layers/api/admin";

/** Writes a time that may be missing as documents do. */
export const toTimeOrNull = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : toTime(at);
