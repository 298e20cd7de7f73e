import type { IncomingMessage } from "node:http";

const plain = /^\/[\w\-.~!$&'()*+,=:@/%]*$/;
const ambiguous = /\/\/|\/\.{1,2}(?:\/|$)|%(?:2[ef]|5c)/i;
const control = /\p{Cc}/u;

/**
 * Whether a path means the same to every server and proxy: it starts with one slash and has no empty
 * and no dot segments, no encoded slash, backslash, dot or control character, no `;`, and every
 * escape is valid UTF-8.
 */
export function isPlainPath(path: string): boolean {
  if (!plain.test(path) || ambiguous.test(path)) return false;
  if (!path.includes("%")) return true;
  try {
    return !control.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}

/** A request's path, without its query. */
export function pathOf(req: IncomingMessage): string {
  const url = req.url as string;
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}
