export { type ApiClient, type ApiClientOptions, createApiClient } from "./api-client.ts";
export type { ApiErrorShape, ApiRouter } from "./api-router.ts";
export type { CallOptions, ReplayableCallOptions } from "./call-options.ts";
export type { Fetch } from "./exchange.ts";
export { Layers, type LayersCalls } from "./layers.ts";
export {
  type ClientErrorCode,
  isLayersError,
  LayersError,
  type LayersErrorCode,
  type LayersErrorDetails,
} from "./layers-error.ts";
export type { PolicyOptions } from "./policy.ts";
export type { LayersOptions } from "./rest.ts";
export type { HeadersSource, HeaderValues } from "./trpc-fetch.ts";
