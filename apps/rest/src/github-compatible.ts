import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AppError, type Outcome, toGitHubEnvelope } from "@layers/contracts";
import { type Answer, callHeadersOf, headerOf, type Refusal } from "@layers/http-edge";

/**
 * What GitHub's clients expect of a success beyond its body: links that lead back to us, and on reads
 * an ETag of the caller's own, which answers 304 when nothing has changed.
 *
 * @param base what goes before the path of a link
 */
export function asGitHubWould(req: IncomingMessage, outcome: Outcome, base: string): Answer {
  if (!outcome.ok) return outcome;
  const { Link: link, ...headers } = outcome.headers;
  const linked = link ? { ...headers, Link: link.replaceAll("</", `<${base}/`) } : headers;
  if (req.method !== "GET" || outcome.status !== 200) return { ...outcome, headers: linked };
  const etag = etagOf(req, [outcome.body, link]);
  const tagged = { ...linked, ETag: etag };
  return isKnown(headerOf(req, "if-none-match"), etag)
    ? { status: 304, headers: tagged }
    : { ...outcome, headers: tagged };
}

/** Nobody learns from a tag that another's answer was the same: it covers the credential. */
function etagOf(req: IncomingMessage, answer: unknown): string {
  const { authorization = "", cookie = "" } = callHeadersOf(req);
  const text = JSON.stringify([authorization, cookie, answer]);
  return `W/"${createHash("sha256").update(text).digest("base64url")}"`;
}

/** The weak comparison of RFC 9110, section 13.1.2. */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch === "*" ||
  (ifNoneMatch ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag.slice(2));

/** A refusal that came before the operation, in the words of GitHub's clients. */
export function refusalAsGitHubWould(thrown: unknown, documentationUrl: string): Refusal {
  if (!(thrown instanceof AppError)) throw thrown;
  const { status, headers } = thrown;
  return { status, headers, envelope: toGitHubEnvelope(thrown, documentationUrl) };
}
