import { invalid } from "@layers/contracts";

/** How many repositories of GitHub's list come before the next one. */
export function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [, offset] = /^r([0-9a-z]{1,10})$/.exec(decode(cursor)) ?? [];
  if (offset === undefined) throw invalid("cursor", "Is not a cursor of this list.");
  return Number.parseInt(offset, 36);
}

/** An opaque text for a place in the list. */
export const toCursor = (offset: number): string =>
  Buffer.from(`r${offset.toString(36)}`).toString("base64url");

function decode(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  return Buffer.from(text, "latin1").toString("base64url") === cursor ? text : "";
}
