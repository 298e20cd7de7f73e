import { AppError } from "@layers/contracts";
import type { Express } from "express";
import { expect, test, vi } from "vitest";
import {
  callHeadersOf,
  headerOf,
  type RequestLine,
  sendError,
  sendJson,
  trpcCodeOf,
} from "../src/index.ts";
import { canary, startEdge } from "./edge.ts";
import { expectRefusal, expectSafe, post, request, send } from "./wire.ts";

function mount(app: Express): void {
  app.get("/limited", () => {
    throw new AppError("RATE_LIMITED", { retryAfter: 7, cause: canary });
  });
  app.get("/never", () => {});
  app.get("/one", (req, res) => {
    const body = [headerOf(req, "x-one"), headerOf(req, "x-none") ?? null, callHeadersOf(req)];
    sendJson(res, { status: 200, body });
  });
  app.get("/two", (req, res) => sendJson(res, { status: 200, body: headerOf(req, "x-two") }));
  app.get("/gone", (req, res) => sendError(req, res, new AppError("GONE")));
}

test("an answer is one string with its length and the security headers", async () => {
  await using edge = await startEdge();
  const reply = await send(edge.port, request("GET /v1/github/installation"));
  expectSafe(reply);
  expect(reply).toMatchObject({ status: 200, body: '{"text":"äö"}' });
  expect(reply.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "content-length": "15",
    "layers-test": "yes",
  });
});

test("an answer may have no body", async () => {
  await using edge = await startEdge();
  const reply = await send(edge.port, request("DELETE /v1/github/installation"));
  expectSafe(reply);
  expect(reply).toMatchObject({ status: 204, body: "" });
  expect(reply.headers).not.toHaveProperty("content-type");
});

test("a page may have a content security policy of its own", async () => {
  await using edge = await startEdge();
  const reply = await send(edge.port, request("GET /page"), { end: true, untilClosed: true });
  expectSafe(reply);
  expect(reply.headers["content-security-policy"]).toBe("default-src 'self'");
});

test("request ids are ours and never repeat", async () => {
  await using edge = await startEdge();
  const headers = [`X-Request-Id: ${canary}`];
  const ids = new Set<string | undefined>();
  for (let i = 0; i < 20; i++) {
    const reply = await send(edge.port, request("GET /v1/unknown", { headers }));
    expectRefusal(reply, "404 NOT_FOUND");
    ids.add(reply.headers["x-request-id"]);
  }
  expect(ids.size).toBe(20);
});

test("an unexpected error is INTERNAL and reported with the request id", async () => {
  const onError = vi.fn<(error: unknown, requestId: string) => void>();
  await using edge = await startEdge({ onError });
  const reply = await send(edge.port, request("GET /boom"));
  expectRefusal(reply, "500 INTERNAL");
  expect(reply.body).toBe('{"error":"Something went wrong on our side.","code":"INTERNAL"}');
  expect(onError.mock.calls).toEqual([[expect.any(Error), reply.headers["x-request-id"]]]);
  expect(String(onError.mock.calls[0]?.[0])).toContain(canary);
});

test("an expected error is not reported", async () => {
  const onError = vi.fn();
  await using edge = await startEdge({ onError });
  expectRefusal(await send(edge.port, post("{")), "400 BAD_REQUEST");
  expect(onError).not.toHaveBeenCalled();
});

test("an answer that has begun is cut off", async () => {
  const onError = vi.fn();
  await using edge = await startEdge({ onError });
  const reply = await send(edge.port, request("GET /late"), { untilClosed: true });
  expect(reply.closed).toBe(true);
  expect(reply.body).not.toContain("0\r\n\r\n");
  expect(onError).toHaveBeenCalledOnce();
});

test("an error's own headers and fields are sent", async () => {
  await using edge = await startEdge({ mount });
  const reply = await send(edge.port, request("GET /limited"));
  expectRefusal(reply, "429 RATE_LIMITED");
  expect(reply.headers["retry-after"]).toBe("7");
});

test("every request is reported once, with its route and without its query", async () => {
  const lines: RequestLine[] = [];
  await using edge = await startEdge({ onRequestEnd: (line) => lines.push(line) });
  const headers = ["User-Agent: tests"];
  await send(edge.port, request(`GET /v1/query?token=${canary}`, { headers }));
  await send(edge.port, request(`GET /v1/parameter/${canary}`));
  await send(edge.port, request("GET /v1//query"));
  await vi.waitFor(() => expect(lines).toHaveLength(3));
  const common = {
    requestId: expect.stringMatching(/^req_/) as string,
    durationMs: expect.any(Number) as number,
    method: "GET",
    remoteAddress: "127.0.0.1",
  };
  const at = (route: string) => ({ route, transport: "http" });
  expect(lines).toEqual([
    { ...common, ...at("/v1/query"), path: "/v1/query", status: 200, userAgent: "tests" },
    { ...common, ...at("/v1/parameter/:name"), path: `/v1/parameter/${canary}`, status: 200 },
    { ...common, path: "/v1//query", status: 400 },
  ]);
});

test("a request whose caller left is reported as 499", async () => {
  const lines: RequestLine[] = [];
  await using edge = await startEdge({ onRequestEnd: (line) => lines.push(line), mount });
  await fetch(`http://127.0.0.1:${edge.port}/never`).catch(() => undefined);
  await send(edge.port, request("GET /never"), { end: true, untilClosed: true });
  await vi.waitFor(() => expect(lines.map(({ status }) => status)).toEqual([400, 499]));
  expect(lines[1]).toMatchObject({ path: "/never", remoteAddress: "127.0.0.1" });
});

test.each([
  ["no proxy is trusted", [], ["203.0.113.9"], "127.0.0.1"],
  ["the proxy is trusted", ["127.0.0.0/8"], ["203.0.113.9"], "203.0.113.9"],
  ["the caller adds addresses", ["127.0.0.1"], ["1.2.3.4, 203.0.113.9"], "203.0.113.9"],
  ["in a header of its own", ["127.0.0.1"], ["1.2.3.4", "203.0.113.9"], "203.0.113.9"],
  ["two proxies", ["127.0.0.1", "10.0.0.0/8"], ["1.2.3.4, 203.0.113.9, 10.1.2.3"], "203.0.113.9"],
  ["IPv6", ["127.0.0.1"], ["2001:db8::1"], "2001:db8::1"],
  ["IPv4 as IPv6", ["127.0.0.1"], ["::ffff:203.0.113.9"], "203.0.113.9"],
  ["no address at all", ["127.0.0.1"], [canary], "127.0.0.1"],
  ["another proxy", ["10.0.0.1"], ["203.0.113.9"], "127.0.0.1"],
])("the caller's address: %s", async (...row) => {
  const [, trustedProxies, forwarded, expected] = row;
  await using edge = await startEdge({ trustedProxies });
  const headers = [
    ...forwarded.map((value) => `X-Forwarded-For: ${value}`),
    "X-Real-IP: 9.9.9.9",
    "Forwarded: for=8.8.8.8",
  ];
  const reply = await send(edge.port, request("GET /v1/address", { headers }));
  expect(reply.body).toBe(JSON.stringify({ address: expected }));
});

test("headers that may come once", async () => {
  const headers = ["X-One: 1", "X-Two: 1", "x-two: 2", "Authorization: Bearer\t\xa0x"];
  const cookies = ["Cookie: a=1", "COOKIE: b=2"];
  await using edge = await startEdge({ mount });
  const one = await send(edge.port, request("GET /one", { headers: [...headers, ...cookies] }));
  const expected = { authorization: "Bearer\t\u00a0x", cookie: "a=1; b=2" };
  expect(JSON.parse(one.body)).toEqual(["1", null, expected]);
  const twice = ["Origin: https://a.example", "Origin: https://b.example"];
  expectRefusal(await send(edge.port, request("GET /one", { headers: twice })), "400 BAD_REQUEST");
  expectRefusal(await send(edge.port, request("GET /two", { headers })), "400 BAD_REQUEST");
});

test.each([
  ["GET /trpc/unknown", 404, -32004, "NOT_FOUND", "NOT_FOUND"],
  ["GET /trpc?batch=1", 404, -32004, "NOT_FOUND", "NOT_FOUND"],
  ["PROPFIND /trpc/echo", 405, -32005, "METHOD_NOT_SUPPORTED", "METHOD_NOT_ALLOWED"],
  ["POST /trpc/echo", 415, -32015, "UNSUPPORTED_MEDIA_TYPE", "UNSUPPORTED_MEDIA_TYPE"],
  ["GET /trpc/%zz", 400, -32600, "BAD_REQUEST", "BAD_REQUEST"],
])("%s is refused in tRPC's shape", async (...row) => {
  const [line, status, number, key, code] = row;
  await using edge = await startEdge();
  const reply = await send(edge.port, request(line));
  expectSafe(reply);
  expect(reply.status).toBe(status);
  const envelope = { error: expect.any(String) as string, code };
  expect(JSON.parse(reply.body)).toEqual({
    error: {
      message: expect.any(String) as string,
      code: number,
      data: { code: key, httpStatus: status, envelope },
    },
  });
});

test("a path that only begins like tRPC's is refused in ours", async () => {
  await using edge = await startEdge();
  expectRefusal(await send(edge.port, request("GET /trpcx")), "404 NOT_FOUND");
});

test("statuses that tRPC has no code for have a near one", () => {
  expect(trpcCodeOf(410).key).toBe("NOT_FOUND");
  expect(trpcCodeOf(414).key).toBe("BAD_REQUEST");
  expect(trpcCodeOf(599).key).toBe("INTERNAL_SERVER_ERROR");
});

test("an error may be sent by hand", async () => {
  await using edge = await startEdge({ mount });
  expectRefusal(await send(edge.port, request("GET /gone")), "410 GONE");
});

test("H-18: a thousand failing requests leave the server as it was", async () => {
  await using edge = await startEdge();
  for (let i = 0; i < 50; i++) {
    const replies = Array.from({ length: 20 }, () => send(edge.port, request("GET /boom")));
    for (const reply of await Promise.all(replies)) expect(reply.status).toBe(500);
  }
  expect((await send(edge.port, request("GET /v1/github/installation"))).status).toBe(200);
});
