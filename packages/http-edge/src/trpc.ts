import type { ErrorEnvelope } from "@layers/contracts";
import type { Refusal } from "./refusal.ts";

/** tRPC's name and JSON-RPC number for an error. */
export interface TrpcCode {
  readonly key: string;
  readonly number: number;
}

// The numbers are TRPC_ERROR_CODES_BY_KEY of @trpc/server. tRPC has no code for 410 and 414.
const codes: Readonly<Record<number, TrpcCode>> = {
  400: { key: "BAD_REQUEST", number: -32600 },
  401: { key: "UNAUTHORIZED", number: -32001 },
  403: { key: "FORBIDDEN", number: -32003 },
  404: { key: "NOT_FOUND", number: -32004 },
  405: { key: "METHOD_NOT_SUPPORTED", number: -32005 },
  408: { key: "TIMEOUT", number: -32008 },
  409: { key: "CONFLICT", number: -32009 },
  410: { key: "NOT_FOUND", number: -32004 },
  413: { key: "PAYLOAD_TOO_LARGE", number: -32013 },
  414: { key: "BAD_REQUEST", number: -32600 },
  415: { key: "UNSUPPORTED_MEDIA_TYPE", number: -32015 },
  422: { key: "UNPROCESSABLE_CONTENT", number: -32022 },
  429: { key: "TOO_MANY_REQUESTS", number: -32029 },
  431: { key: "BAD_REQUEST", number: -32600 },
  500: { key: "INTERNAL_SERVER_ERROR", number: -32603 },
  502: { key: "BAD_GATEWAY", number: -32603 },
  503: { key: "SERVICE_UNAVAILABLE", number: -32603 },
};
const internal: TrpcCode = { key: "INTERNAL_SERVER_ERROR", number: -32603 };

/** The tRPC code for one of our statuses. */
export function trpcCodeOf(status: number): TrpcCode {
  return codes[status] ?? internal;
}

/** The `error` member of a tRPC answer, as a tRPC client reads it. */
export interface TrpcErrorShape {
  readonly message: string;
  readonly code: number;
  readonly data: {
    readonly code: string;
    readonly httpStatus: number;
    readonly envelope: ErrorEnvelope;
  };
}

/** Writes an error in tRPC's shape; the envelope is in `data`. */
export function toTrpcErrorShape({
  status,
  envelope,
}: Pick<Refusal, "status" | "envelope">): TrpcErrorShape {
  const { key, number } = trpcCodeOf(status);
  return {
    message: envelope.error,
    code: number,
    data: { code: key, httpStatus: status, envelope },
  };
}
