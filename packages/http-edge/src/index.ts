export { createEdgeApp, type EdgeOptions, type KeySighting, type RequestLine } from "./app.ts";
export { closeGracefully } from "./close-gracefully.ts";
export type { CorsOptions } from "./cors.ts";
export { nameRoute, type RouteName, remoteAddressOf, requestIdOf } from "./exchange.ts";
export type { JsonLimits } from "./json-scanner.ts";
export { requireJson } from "./media-type.ts";
export { allowMethods } from "./methods.ts";
export { jsonLimits, parseJson } from "./parse-json.ts";
export { parseQuery, type Query, queryOf } from "./query.ts";
export { readBytes, refuseBody } from "./read-bytes.ts";
export { type ReadJsonOptions, readJson, toBodyOptions } from "./read-json.ts";
export { createLargeBodyReader, type ReadLargeBytes } from "./read-large-bytes.ts";
export type { Refusal } from "./refusal.ts";
export { callHeadersOf, headerOf, headerValues } from "./request-headers.ts";
export { type Address, type ReservedPort, reservePort } from "./reserve-port.ts";
export type { Exchanged, Route } from "./routes.ts";
export { type Answer, sendError, sendJson } from "./send.ts";
export { type Served, type ServeOptions, serve, stopOnSignal } from "./serve.ts";
export {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
  type ServerLimits,
  serverLimits,
} from "./server.ts";
export { type TrpcCode, type TrpcErrorShape, toTrpcErrorShape, trpcCodeOf } from "./trpc.ts";
