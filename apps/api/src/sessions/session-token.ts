import { AppError, type CallHeaders } from "@layers/contracts";

/** A session token, and how the call brought it. */
export interface SessionToken {
  readonly text: string;
  /** A browser sends a cookie along whichever page makes it call. */
  readonly presentedAs: "bearer" | "cookie";
}

const bearer = /^Bearer (?!lp_)(.*)$/i;

/** Whether the call brings a session, good or not; an API key is none. */
export const bringsSession = (
  { authorization, cookie = "" }: CallHeaders,
  cookieName: string,
): boolean =>
  authorization === undefined
    ? valuesOf(cookie, cookieName).length > 0
    : bearer.test(authorization);

/**
 * The one session token of a call. Beside an `Authorization` header cookies count for nothing.
 *
 * @throws `UNAUTHENTICATED` when there is none, or more than one cookie: a neighbouring host may have
 * set the other.
 */
export function readSessionToken(
  { authorization, cookie = "" }: CallHeaders,
  cookieName: string,
): SessionToken {
  const isBearer = authorization !== undefined;
  const [text, ...others] = isBearer
    ? [bearer.exec(authorization)?.[1]]
    : valuesOf(cookie, cookieName);
  if (text === undefined || others.length > 0) throw new AppError("UNAUTHENTICATED");
  return { text, presentedAs: isBearer ? "bearer" : "cookie" };
}

/** Every value of a cookie. Parsers for cookies keep the first one alone. */
const valuesOf = (header: string, name: string): string[] =>
  header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
