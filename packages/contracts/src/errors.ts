import { z } from "zod";

/**
 * Every error a caller can see: its HTTP status, on every transport, and its sentence for a person.
 * A new error is one line here.
 */
export const errorCatalog = {
  BAD_REQUEST: { status: 400, error: "The request could not be parsed." },
  INVALID_REQUEST: { status: 400, error: "The request is not valid." },
  UNAUTHENTICATED: { status: 401, error: "A valid credential is required." },
  GITHUB_RECONNECT: { status: 401, error: "Your GitHub account must be linked again." },
  FORBIDDEN_SCOPE: { status: 403, error: "This API key lacks the scope that this route needs." },
  RETURN_URL_NOT_ALLOWED: {
    status: 403,
    error: "The returnUrl is not on this API key's list of allowed domains.",
  },
  FORBIDDEN: { status: 403, error: "You are not allowed to do this." },
  NOT_FOUND: { status: 404, error: "There is nothing here, or it is not yours." },
  METHOD_NOT_ALLOWED: { status: 405, error: "This route does not support this method." },
  CONFLICT: {
    status: 409,
    error: "Your organization has a different installation bound. Detach it first.",
  },
  INSTALLATION_SUSPENDED: { status: 409, error: "The installation is suspended on GitHub." },
  INSTALLATION_UNINSTALLED: { status: 409, error: "The App was uninstalled on GitHub." },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    error: "This Idempotency-Key was used with another body, or its request is still running.",
  },
  PLAN_APPLIED: {
    status: 409,
    error: "This plan was applied already. Make a new one.",
  },
  PLAN_EXPIRED: {
    status: 409,
    error: "This plan is too old to be applied. Make a new one.",
  },
  GONE: { status: 410, error: "The GitHub host has removed this route." },
  PAYLOAD_TOO_LARGE: { status: 413, error: "The request body is too large." },
  URI_TOO_LONG: { status: 414, error: "The request URL is too long." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    error: "The body must be sent as application/json in UTF-8, without an encoding.",
  },
  VALIDATION: { status: 422, error: "The request is not valid." },
  RATE_LIMITED: { status: 429, error: "Too many requests. Try again later." },
  INTERNAL: { status: 500, error: "Something went wrong on our side." },
  GITHUB_UNAVAILABLE: { status: 502, error: "GitHub is not answering as it should." },
  UNAVAILABLE: { status: 503, error: "The service cannot answer right now. Try again later." },
} as const satisfies Record<string, { status: number; error: string }>;

/** A stable code to branch on. New codes may be added; none is ever renamed. */
export type ErrorCode = keyof typeof errorCatalog;

export const errorCodes = Object.keys(errorCatalog) as [ErrorCode, ...ErrorCode[]];

/** One validation issue: where, as `a.b[0]`, and what is wrong there. Never holds the value. */
export const Issue = z.strictObject({ path: z.string(), message: z.string() });
export type Issue = z.infer<typeof Issue>;

/** The one error body, the same on every transport. Its fields are closed. */
export const ErrorEnvelope = z
  .strictObject({
    error: z.string().describe("A sentence for a person."),
    code: z.enum(errorCodes).describe("Stable, for branching."),
    fieldErrors: z
      .record(z.string(), z.string())
      .optional()
      .describe("The first message of each field path."),
    issues: z.array(Issue).optional().describe("All validation issues."),
    retryAfter: z
      .int()
      .min(0)
      .optional()
      .describe("Seconds to wait; equals the Retry-After header. On every 429, 502 and 503."),
    reconnect: z
      .literal(true)
      .optional()
      .describe("Only when linking GitHub again may fix the error."),
  })
  .meta({ id: "ErrorEnvelope" });
export type ErrorEnvelope = z.infer<typeof ErrorEnvelope>;

/** The error body of routes that stand in for GitHub's, with what GitHub's own clients print. */
export const GitHubErrorEnvelope = ErrorEnvelope.extend({
  message: z
    .string()
    .describe("The same as `error`, with the first issue or the kind of limit when there is one."),
  documentation_url: z.url().describe("GitHub's documentation of the route."),
}).meta({ id: "GitHubErrorEnvelope" });
export type GitHubErrorEnvelope = z.infer<typeof GitHubErrorEnvelope>;

/** The error body of any route. */
export const AnyErrorEnvelope = z.union([ErrorEnvelope, GitHubErrorEnvelope]);
export type AnyErrorEnvelope = z.infer<typeof AnyErrorEnvelope>;

/** A refusal before it is sent. */
interface Refusing {
  readonly envelope: ErrorEnvelope;
  readonly headers: Readonly<Record<string, string>>;
}

/** Adds to an error's envelope what GitHub's own clients print, and what they wait by. */
export function toGitHubEnvelope(
  { envelope, headers }: Refusing,
  documentationUrl: string,
): GitHubErrorEnvelope {
  const [issue] = envelope.issues ?? [];
  const detail = issue ? ` ${issue.path}: ${issue.message}` : "";
  const message = envelope.error + detail + limitNamed({ envelope, headers });
  return { ...envelope, message, documentation_url: documentationUrl };
}

/** Octokit reads an exhausted limit from the headers; of every other it must be told in these words. */
const limitNamed = ({ envelope, headers }: Refusing): string =>
  envelope.code === "RATE_LIMITED" && headers["X-RateLimit-Remaining"] !== "0"
    ? " This is a secondary rate limit."
    : "";
