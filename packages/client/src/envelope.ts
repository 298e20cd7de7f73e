import type { ErrorEnvelope, Issue } from "@layers/contracts";
import { LayersError } from "./layers-error.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** What is left of an HTTP response. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or undefined for a 204. */
  readonly body: unknown;
}

/** The error that an answer amounts to, by its envelope; `BAD_RESPONSE` when it has none. */
export function toLayersError(answer: Answer, envelope = asEnvelope(answer.body)): LayersError {
  const details = {
    status: answer.status,
    retryAfter: envelope?.retryAfter ?? parseRetryAfter(answer.headers.get("retry-after")),
    requestId: answer.headers.get("x-request-id") ?? undefined,
  };
  return envelope
    ? new LayersError(envelope.error, { ...readable(envelope), ...details })
    : badResponse(answer, "is not one of the service's");
}

/** The error for an answer that is not as the service's are. Leaves its body out. */
export function badResponse(
  { status, headers }: Omit<Answer, "body">,
  what: string,
  cause?: unknown,
): LayersError {
  return new LayersError(`The answer (HTTP ${status}) ${what}.`, {
    code: "BAD_RESPONSE",
    status,
    retryAfter: parseRetryAfter(headers.get("retry-after")),
    requestId: headers.get("x-request-id") ?? undefined,
    cause,
  });
}

/**
 * Recognizes an error envelope. Safe to take as the type: what is read beyond the two fields checked
 * here goes through `readable`, and a code of a newer service is documented on `LayersErrorCode`.
 * The contract's own schema is not used because it is closed and would refuse that code.
 */
export function asEnvelope(body: unknown): ErrorEnvelope | undefined {
  const valid =
    isRecord(body) && typeof body["error"] === "string" && typeof body["code"] === "string";
  return valid ? (body as ErrorEnvelope) : undefined;
}

/** The envelope's optional fields, each only if it is what it should be. */
function readable(envelope: ErrorEnvelope) {
  const { code, fieldErrors, issues, reconnect } = envelope;
  return {
    code,
    fieldErrors: isRecord(fieldErrors) ? fieldErrors : undefined,
    issues: Array.isArray(issues) ? (issues as readonly Issue[]) : undefined,
    reconnect: reconnect === true ? reconnect : undefined,
  };
}

/** Whether a value is an object with keys, not null and not a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
