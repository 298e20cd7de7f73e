import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";

const exposed = [
  "ETag, Link, Location, Retry-After, X-GitHub-OTP",
  "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource",
  "X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval",
  "X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset",
].join(", ");

function requestId(randomBytes: Deps["randomBytes"]): string {
  const hex = randomBytes(16).toString("hex").toUpperCase();
  return [
    hex.slice(0, 4),
    hex.slice(4, 10),
    hex.slice(10, 17),
    hex.slice(17, 24),
    hex.slice(24),
  ].join(":");
}

/** What every answer of the API carries, refusals included. */
export const commonHeaders =
  ({ randomBytes, edition }: Pick<Deps, "randomBytes" | "edition">): RequestHandler =>
  (_req, res, next) => {
    res.set({
      "X-GitHub-Request-Id": requestId(randomBytes),
      "x-github-media-type": "github.v3; format=json",
      "Cache-Control": "private, max-age=60, s-maxage=60",
      Vary: "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With",
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": exposed,
      ...(edition === "ghes-3.3" && { "x-github-enterprise-version": "3.3.0" }),
    });
    next();
  };

const withoutUserAgent = `
Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.
`;

/** Refused before GitHub's application is reached, so the answer is no JSON. */
export const requireUserAgent: RequestHandler = (req, res, next) => {
  if (req.get("user-agent")?.trim()) next();
  else res.status(403).type("html").send(withoutUserAgent);
};
