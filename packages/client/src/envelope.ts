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
  return envelope
    ? new LayersError(envelope.error, { ...fromHeaders(answer), ...readable(envelope) })
    : badResponse(answer, "is not one of the service's");
}

/** The error for an answer that is not as the service's are. Leaves its body out. */
export function badResponse(answer: Omit<Answer, "body">, what: string): LayersError {
  const message = `The answer (HTTP ${answer.status}) ${what}.`;
  return new LayersError(message, { code: "BAD_RESPONSE", ...fromHeaders(answer) });
}

const fromHeaders = ({ status, headers }: Omit<Answer, "body">) => ({
  status,
  retryAfter: parseRetryAfter(headers.get("retry-after")),
  requestId: headers.get("x-request-id") ?? undefined,
});

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

/** The envelope's fields, the optional ones only if each is what it should be. */
function readable({ code, fieldErrors, issues, retryAfter, reconnect }: ErrorEnvelope) {
  return {
    code,
    fieldErrors: isRecord(fieldErrors) ? fieldErrors : undefined,
    issues: Array.isArray(issues) ? (issues as readonly Issue[]) : undefined,
    ...(typeof retryAfter === "number" && { retryAfter }),
    reconnect: reconnect === true ? reconnect : undefined,
  };
}

/** Whether a value is an object with keys, not null and not a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
