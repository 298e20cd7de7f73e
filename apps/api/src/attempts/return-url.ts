import { AppError, invalid, type KeyEnv } from "@layers/contracts";

export interface ReturnUrlRules {
  readonly allowedReturnDomains: readonly string[];
  readonly keyEnv: KeyEnv;
}

const reserved = ["state", "code", "installation_id", "setup_action", "error", "iss"];
const loopback = /^http:\/\/(?:127\.0\.0\.1|localhost):[1-9][0-9]{0,4}$/;

/**
 * Checks a return URL, when it is stored and again before each redirect to it, and normalizes it.
 * A string that two parsers could read differently is refused, even if this one reads it well.
 *
 * @throws `VALIDATION` when it is malformed, `RETURN_URL_NOT_ALLOWED` when its host is not allowed.
 */
export function checkReturnUrl(raw: string, rules: ReturnUrlRules): string {
  const url = parse(raw);
  const origin = raw.slice(0, raw.length - afterAuthority(raw).length);
  const isOwnMachine =
    rules.keyEnv === "test" && loopback.test(origin) && rules.allowedReturnDomains.includes(origin);
  if (!isOwnMachine) requirePublicHttps(raw, url);
  requirePlainPathAndQuery(raw, url);
  if (!isOwnMachine && !isAllowed(url, rules.allowedReturnDomains))
    throw new AppError("RETURN_URL_NOT_ALLOWED");
  return url.href;
}

const refuse = (message: string): never => {
  throw invalid("returnUrl", message);
};

function parse(raw: string): URL {
  if (raw.length > 2048 || !/^[\x21-\x7e]+$/.test(raw) || /[\\"<>^`{}|]/.test(raw))
    refuse("Must be a URL of at most 2048 plain ASCII characters.");
  const url = URL.parse(raw);
  return url ?? refuse("Must be an absolute HTTPS URL.");
}

/** What follows `scheme://authority` in the text itself. */
function afterAuthority(raw: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*(.*)$/.exec(raw)?.[1] ?? "";
}

/** HTTPS, and a host that every parser cuts out alike: a DNS name, never an address. */
function requirePublicHttps(raw: string, url: URL): void {
  const [, host] = /^https:\/\/([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?=[/?]|$)/i.exec(raw) ?? [];
  if (!host || url.protocol !== "https:" || host.toLowerCase() !== url.hostname)
    refuse("Must be an HTTPS URL with a plain host name.");
  if (!isDnsName(url.hostname)) refuse("Must have a DNS name as its host.");
}

const isLabel = (label: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label);

/** Whether the text is a host name of two labels or more whose last one is not a number. */
export function isDnsName(host: string): boolean {
  const labels = host.split(".");
  return (
    host.length <= 253 &&
    labels.length >= 2 &&
    labels.every(isLabel) &&
    !/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "")
  );
}

function requirePlainPathAndQuery(raw: string, url: URL): void {
  const rest = afterAuthority(raw);
  const [path = ""] = rest.split("?", 1);
  if (url.username || url.password || raw.includes("#"))
    refuse("Must have no user and no fragment.");
  if (/%(?![0-9A-Fa-f]{2})|%[01][0-9A-Fa-f]|%7[Ff]/.test(rest))
    refuse("Must hold no broken escapes and no encoded control characters.");
  if ((path || "/") !== url.pathname) refuse("Must have a path without dot segments.");
  for (const name of url.searchParams.keys())
    if (reserved.includes(name)) refuse(`Must not use the query parameter ${name}.`);
}

/** Whether the URL's host, and its port where an entry names one, is on the list. */
function isAllowed(url: URL, domains: readonly string[]): boolean {
  return domains.some((domain) => {
    const [name = "", port = ""] = domain.split(":");
    if (domain.includes("/") || url.port !== port) return false;
    if (!name.startsWith("*.")) return url.hostname === name;
    return url.hostname.endsWith(name.slice(1)) && url.hostname.length >= name.length;
  });
}
