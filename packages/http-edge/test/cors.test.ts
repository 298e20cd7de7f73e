import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allowMethods, createEdgeApp, sendJson } from "../src/index.ts";

const origin = "https://portal.example";
let host: string;
const app = createEdgeApp(
  {
    allowedHosts: () => [host],
    cors: { origins: [origin], isShared: (path) => path === "/shared" },
  },
  (routes) => {
    for (const path of ["/shared", "/own"])
      routes
        .route(path)
        .get((_req, res) => sendJson(res, { status: 200, body: {} }))
        .all(allowMethods("GET"));
  },
);
const server = createServer(app);
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (method: string, path: string, headers: Record<string, string>) =>
  fetch(`http://${host}${path}`, { method, headers });
const allowed = (response: Response) => ({
  origin: response.headers.get("access-control-allow-origin"),
  credentials: response.headers.get("access-control-allow-credentials"),
  vary: response.headers.get("vary"),
});
const nothing = { origin: null, credentials: null };

describe("H-12: a shared answer", () => {
  test("may be read by a listed origin, with cookies", async () => {
    const response = await ask("GET", "/shared", { origin });
    expect(allowed(response)).toEqual({ origin, credentials: "true", vary: "Origin" });
    expect(response.headers.get("access-control-expose-headers")).toContain("X-Request-Id");
  });

  test.each([
    "null",
    "https://evil.example",
    "https://portal.example.evil.example",
    "https://PORTAL.example",
    "http://portal.example",
    "https://portal.example:8443",
    `${origin}, https://evil.example`,
  ])("may not be read by %s", async (other) => {
    const response = await ask("GET", "/shared", { origin: other });
    expect(allowed(response)).toEqual({ ...nothing, vary: "Origin" });
    const preflight = await ask("OPTIONS", "/shared", { origin: other });
    expect(allowed(preflight)).toEqual({ ...nothing, vary: "Origin" });
    expect(preflight.status).toBe(405);
  });

  test("A148: is asked for by a preflight request that holds for ten minutes", async () => {
    const response = await ask("OPTIONS", "/shared", {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    });
    expect(response.status).toBe(204);
    expect(allowed(response)).toEqual({ origin, credentials: "true", vary: "Origin" });
    expect(response.headers.get("access-control-max-age")).toBe("600");
    expect(response.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

test("H-12: an answer that is not shared is for no other origin", async () => {
  for (const method of ["GET", "OPTIONS"])
    expect(allowed(await ask(method, "/own", { origin }))).toEqual({ ...nothing, vary: null });
});
