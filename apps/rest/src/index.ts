export { docsRoutes } from "./docs-routes.ts";
export { openApiDocument } from "./openapi.ts";
export { createRemoteCall, type RemoteCall, type RemoteCallOptions } from "./remote-call.ts";
export { type RestDeps, restRoutes } from "./rest-routes.ts";
