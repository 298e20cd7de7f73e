/**
 * What git says of a credential, and what it is told: `key=value` lines.
 *
 * @see https://git-scm.com/docs/git-credential#IOFMT
 */
export type Credential = ReadonlyMap<string, string>;

/** Reads git's lines, up to the first empty one. */
export function parseCredential(text: string): Credential {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const end = lines.indexOf("");
  const pairs = (end < 0 ? lines : lines.slice(0, end)).map((line) => {
    const at = line.indexOf("=");
    if (at < 1) throw new Error("git sent a line that is not key=value.");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  return new Map(pairs);
}

/** @throws for a value that would be read as more than one line */
export const formatCredential = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([key, value]) => {
      if (/[\r\n\0]/.test(value)) throw new Error(`The ${key} for git has more than one line.`);
      return `${key}=${value}\n`;
    })
    .join("");
