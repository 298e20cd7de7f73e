import type { IncomingMessage } from "node:http";
import { AppError } from "@layers/contracts";

const printable = /^[\x21-\x7e]*$/;
const control = /\p{Cc}/u;

/** A query's values by name; a name that comes more than once has them all. Has no prototype. */
export type Query = Record<string, string | string[]>;

/**
 * Reads a query string, without its `?`. `+` is a space. A control character in a value is for the
 * schema to refuse, as it is in a JSON body.
 * @throws {AppError} BAD_REQUEST on a bad escape, invalid UTF-8, a name with a control character, or
 * `__proto__`
 */
export function parseQuery(rawQuery: string): Query {
  if (!printable.test(rawQuery)) throw new AppError("BAD_REQUEST");
  const query = emptyQuery();
  for (const pair of rawQuery.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (name === "__proto__" || control.test(name)) throw new AppError("BAD_REQUEST");
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    const earlier = query[name];
    if (earlier === undefined) query[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else query[name] = [earlier, value];
  }
  return query;
}

/**
 * Reads a request's query.
 * @throws {AppError} BAD_REQUEST as `parseQuery` does
 */
export function queryOf(req: IncomingMessage): Query {
  const url = req.url as string;
  const mark = url.indexOf("?");
  return mark < 0 ? emptyQuery() : parseQuery(url.slice(mark + 1));
}

const emptyQuery = () => Object.create(null) as Query;

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new AppError("BAD_REQUEST");
  }
}
