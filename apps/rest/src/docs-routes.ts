import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { allowMethods, sendJson } from "@layers/http-edge";
import { type RequestHandler, Router } from "express";
import { openApiDocument } from "./openapi.ts";

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Layers Connector API</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>`;

const start = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true });`;

/** Swagger UI sets styles from its script; nothing comes from another host. */
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

/** `/openapi.json` and a page at `/docs` that renders it, all from this host. */
export function docsRoutes({ publicUrl }: { readonly publicUrl: string }): Router {
  const document = openApiDocument(publicUrl);
  const router = Router({ caseSensitive: true, strict: true });
  const serve = (path: string, handler: RequestHandler) =>
    router.route(path).get(handler).all(allowMethods("GET"));

  serve("/openapi.json", (_req, res) => sendJson(res, { status: 200, body: document }));
  serve(
    "/docs",
    sendText("text/html", () => page),
  );
  serve(
    "/docs/start.js",
    sendText("text/javascript", () => start),
  );
  serve(
    "/docs/swagger-ui.css",
    sendText("text/css", () => asset("swagger-ui.css")),
  );
  serve(
    "/docs/swagger-ui-bundle.js",
    sendText("text/javascript", () => asset("swagger-ui-bundle.js")),
  );
  return router;
}

const require = createRequire(import.meta.url);
const asset = (name: string): string =>
  readFileSync(require.resolve(`swagger-ui-dist/${name}`), "utf8");

/** Reads what it sends when it is first asked for. */
function sendText(type: string, read: () => string): RequestHandler {
  let body: Buffer | undefined;
  return (_req, res) => {
    body ??= Buffer.from(read());
    res.setHeader("Content-Type", `${type}; charset=utf-8`);
    res.setHeader("Content-Security-Policy", policy);
    res.setHeader("Content-Length", body.length);
    res.end(body);
  };
}
