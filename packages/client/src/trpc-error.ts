import { TRPCClientError } from "@trpc/client";
import type { ApiRouter } from "./api-router.ts";
import { asEnvelope, toLayersError } from "./envelope.ts";
import type { TrpcResponse } from "./trpc-fetch.ts";

/**
 * Turns what tRPC's client rejects with into a `LayersError`, or into what the `fetch` beneath it or
 * the caller's own `headers` threw.
 */
export function fromTrpcError(error: unknown): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  const { shape, meta, cause } = withTypes(error);
  if (!shape || !meta?.response) return cause ?? error;
  const { answer } = meta.response;
  const status = shape.data?.httpStatus ?? answer.status;
  return toLayersError({ ...answer, status }, asEnvelope(shape.data?.envelope));
}

/** Safe: the links that reject with this error use the `fetch` that makes these responses. */
const withTypes = (error: TRPCClientError<ApiRouter>) =>
  error as Omit<typeof error, "meta" | "shape"> & {
    readonly meta?: { readonly response?: TrpcResponse };
    readonly shape?: { readonly data?: { httpStatus?: number; envelope?: unknown } };
  };
