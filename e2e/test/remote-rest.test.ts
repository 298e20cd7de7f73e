import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createEdgeApp, serve } from "@layers/http-edge";
import { createRemoteCall, restRoutes } from "@layers/rest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send } from "../src/http.ts";
import { expectRefusal } from "../src/refusal.ts";

/** REST on a machine of its own, in front of something that is not the API, or is not there. */

let answer: RequestListener;
let upstream: Server;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  upstream = createServer((req, res) => answer(req, res));
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const { port } = upstream.address() as AddressInfo;
  const apiUrl = `http://127.0.0.1:${port}`;
  const remote = createRemoteCall({ apiUrl });
  let host = "";
  const app = createEdgeApp({
    allowedHosts: () => [host],
    routes: restRoutes({ call: remote.call, publicUrl: "https://api.example" }),
  });
  const served = await serve(app, { port: 0, host: "127.0.0.1" });
  url = served.url;
  host = new URL(url).host;
  close = async () => {
    await served.close();
    await remote.close();
    await new Promise((resolve) => upstream.close(resolve));
  };
});
afterAll(() => close());

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_req, res) => {
    res.writeHead(status, { "content-type": "application/json", ...headers });
    res.end(JSON.stringify(body));
  };
const envelope = { error: "x", code: "NOT_FOUND" };
const data = { code: "NOT_FOUND", httpStatus: 404 };

const nonsense: [what: string, answer: RequestListener][] = [
  ["cuts the connection", (req) => req.socket.destroy()],
  ["answers a page", (_req, res) => res.end("<h1>Bad gateway</h1>")],
  ["answers a proxy's 502", (_req, res) => res.writeHead(502).end("upstream: 10.0.0.7 refused")],
  ["answers nothing", (_req, res) => res.writeHead(200).end()],
  ["answers a success without a status", json(200, { result: { data: {} } })],
  ["answers another tRPC's error", json(404, { error: { message: "secret", code: -32004, data } })],
  ["answers an envelope with a code that it has not", json(404, refusal({ code: "SECRET" }))],
  ["answers an envelope with a field more", json(404, refusal({ stack: "secret" }))],
];

function refusal(change: object) {
  return {
    error: { message: "x", code: -32004, data: { ...data, envelope: { ...envelope, ...change } } },
  };
}

describe("REST behind tRPC, when what should be the API", () => {
  test.each(nonsense)("%s, answers 503 and passes nothing of it on", async (_what, listener) => {
    answer = listener;
    for (const target of ["GET /v1/whoami", "POST /v1/github/installation/token"]) {
      const body = target.startsWith("POST") ? {} : undefined;
      const refused = await send(target, url, { key: "lp_test_any", body });
      expectRefusal(refused, "UNAVAILABLE");
      expect(refused.text).not.toMatch(/secret|10\.0\.0\.7/);
    }
  });

  test("asks it once: what writes is never repeated", async () => {
    let asked = 0;
    answer = (req) => {
      asked += 1;
      req.socket.destroy();
    };
    await send("POST /v1/github/installation/token", url, { key: "lp_test_any", body: {} });
    expect(asked).toBe(1);
  });

  test("it hands over the credentials, the caller's address and nothing else of his", async () => {
    let received: Record<string, unknown> = {};
    answer = (req, res) => {
      received = req.headers;
      json(404, refusal({}))(req, res);
    };
    await send("GET /v1/whoami", url, {
      key: "lp_test_any",
      headers: {
        cookie: "a=b",
        "x-forwarded-for": "192.0.2.1",
        "x-api-version": "9",
        accept: "text/html",
      },
    });
    expect(received).toMatchObject({
      authorization: "Bearer lp_test_any",
      cookie: "a=b",
      // Nobody is trusted here to say who called.
      "x-forwarded-for": "127.0.0.1",
    });
    expect(Object.keys(received)).not.toContain("x-api-version");
  });
});
