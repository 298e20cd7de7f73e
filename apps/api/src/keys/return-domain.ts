import { AppError, type KeyEnv } from "@layers/contracts";
import { getPublicSuffix } from "tldts";
import { isDnsName } from "../attempts/return-url.ts";

/**
 * Checks an entry of a key's allowed return domains: a host, `*.host`, either with a port, or with a
 * test key an exact loopback origin such as `http://127.0.0.1:4020`.
 *
 * @throws `VALIDATION`
 */
export function checkReturnDomain(entry: string, keyEnv: KeyEnv): string {
  if (keyEnv === "test" && isLoopbackOrigin(entry)) return entry;
  const [, name, port] = /^(?:\*\.)?([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?$/.exec(entry) ?? [];
  if (!name || !isDnsName(name) || Number(port ?? 1) > 65_535 || port === "443")
    throw refuse("Expected a lower-case host such as app.example.com or *.example.com.");
  if (getPublicSuffix(name, { allowPrivateDomains: true }) === name)
    throw refuse("A public suffix would allow everybody's domains.");
  return entry;
}

const isLoopbackOrigin = (entry: string): boolean => {
  const [, port] = /^http:\/\/(?:127\.0\.0\.1|localhost):([1-9][0-9]{0,4})$/.exec(entry) ?? [];
  return port !== undefined && Number(port) <= 65_535;
};

const refuse = (message: string) =>
  new AppError("VALIDATION", { issues: [{ path: "domain", message }] });
