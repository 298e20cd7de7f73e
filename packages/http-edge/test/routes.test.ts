import { AppError } from "@layers/contracts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Route, readJson, remoteAddressOf, requestIdOf, sendJson } from "../src/index.ts";
import { startEdge } from "./edge.ts";
import { expectRefusal, expectSafe, request, send } from "./wire.ts";

const routes: Route[] = [
  {
    method: "GET",
    path: "/v1/things",
    handle: async ({ req, res }) =>
      sendJson(res, { status: 200, body: [requestIdOf(res), remoteAddressOf(req)] }),
  },
  {
    method: "POST",
    path: "/v1/things",
    handle: async ({ req, res }) => sendJson(res, { status: 201, body: await readJson(req) }),
  },
  {
    method: "GET",
    path: "/v1/things/:name",
    handle: async ({ res, parameters }) => sendJson(res, { status: 200, body: parameters }),
  },
  {
    method: "DELETE",
    path: "/v1/broken",
    handle: async () => {
      throw new Error("secret");
    },
  },
  {
    method: "GET",
    path: "/v1/limited",
    handle: () => {
      throw new AppError("RATE_LIMITED", { headers: { RateLimit: '"read";r=0;t=7' } });
    },
  },
];

const onError = vi.fn<(error: unknown, requestId: string) => void>();
let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge({ routes, onError });
});
afterAll(() => edge[Symbol.asyncDispose]());

test("a path without parameters is served with the headers of every answer", async () => {
  const reply = await send(edge.port, request("GET /v1/things?a=b"));
  expectSafe(reply);
  expect(reply).toMatchObject({
    status: 200,
    body: JSON.stringify([reply.headers["x-request-id"], "127.0.0.1"]),
  });
});

test("a path with parameters is served too", async () => {
  const reply = await send(edge.port, request("GET /v1/things/a%20b"));
  expectSafe(reply);
  expect(reply).toMatchObject({ status: 200, body: '{"name":"a b"}' });
});

test("HEAD is answered as GET, without the body", async () => {
  const reply = await send(edge.port, request("HEAD /v1/things"), { end: true, untilClosed: true });
  expectSafe(reply);
  expect(reply).toMatchObject({ status: 200, body: "" });
  expect(Number(reply.headers["content-length"])).toBeGreaterThan(2);
});

test.each([
  ["PUT /v1/things", "GET, HEAD, POST"],
  ["OPTIONS /v1/things", "GET, HEAD, POST"],
  ["HEAD /v1/broken", "DELETE"],
  ["POST /v1/things/a", "GET, HEAD"],
])("%s is a method that the path does not serve", async (line, allow) => {
  const reply = await send(edge.port, request(line), { end: true, untilClosed: true });
  if (line.startsWith("HEAD")) expect(reply.status).toBe(405);
  else expectRefusal(reply, "405 METHOD_NOT_ALLOWED");
  expect(reply.headers["allow"]).toBe(allow);
});

test.each(["GET /v1/Things", "GET /v1/things/", "GET /v1/%74hings", "GET /v1/broken/a"])(
  "%s is another path",
  async (line) => {
    expectRefusal(await send(edge.port, request(line)), "404 NOT_FOUND");
  },
);

test("an error of a route is answered, and reported when it is ours", async () => {
  const broken = await send(edge.port, request("DELETE /v1/broken"));
  expectRefusal(broken, "500 INTERNAL");
  expect(onError.mock.calls).toEqual([[expect.any(Error), broken.headers["x-request-id"]]]);
  const limited = await send(edge.port, request("GET /v1/limited"));
  expectRefusal(limited, "429 RATE_LIMITED");
  expect(limited.headers).toMatchObject({ ratelimit: '"read";r=0;t=7', "retry-after": "60" });
  expect(onError).toHaveBeenCalledOnce();
});

test("a body is read and refused as in any other route", async () => {
  const type = "Content-Type: application/json";
  const line = "POST /v1/things";
  const good = await send(edge.port, request(line, { headers: [type], body: "[1]" }));
  expect(good).toMatchObject({ status: 201, body: "[1]" });
  const bad = await send(edge.port, request(line, { headers: [type], body: "[1" }));
  expectRefusal(bad, "400 BAD_REQUEST");
});
