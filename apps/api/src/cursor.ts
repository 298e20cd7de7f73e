import { invalid } from "@layers/contracts";

/** Places in one of our lists, as opaque texts that no other list takes. */
export interface Cursors {
  /** @throws `VALIDATION` for what `write` did not make; undefined when there is none. */
  read(cursor: string | undefined): number | undefined;
  write(place: number): string;
}

/** @param list a letter that no other list has */
export function createCursors(list: string): Cursors {
  const form = new RegExp(`^${list}([0-9a-z]{1,10})$`);
  return {
    read(cursor) {
      if (cursor === undefined) return undefined;
      const [, place] = form.exec(decode(cursor)) ?? [];
      if (place === undefined) throw invalid("cursor", "Is not a cursor of this list.");
      return Number.parseInt(place, 36);
    },
    write: (place) => Buffer.from(list + place.toString(36)).toString("base64url"),
  };
}

function decode(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  return Buffer.from(text, "latin1").toString("base64url") === cursor ? text : "";
}
