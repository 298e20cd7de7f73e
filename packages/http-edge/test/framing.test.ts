import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { canary, startEdge } from "./edge.ts";
import { expectRefusal, expectSafe, request, send } from "./wire.ts";

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());
afterEach(async () => {
  expect((await send(edge.port, request("GET /v1/github/installation"))).status).toBe(200);
});

const padded = (fields: number) =>
  request("GET /v1/github/installation", {
    headers: Array.from({ length: fields }, () => "A: b"),
  });
const long = (length: number) =>
  request(`GET /v1/query?a=${"b".repeat(length - "/v1/query?a=".length)}`);

const start = "POST /v1/github/installation HTTP/1.1\r\nHost: api.test\r\n";
const read = "GET /v1/github/installation HTTP/1.1\r\n";

describe("H-09: what is no plain HTTP/1.1 is answered 400 and closed", () => {
  test.each([
    ["HTTP/0.9", "GET /v1\r\n\r\n"],
    ["HTTP/2 as text", `GET /v1 HTTP/2.0\r\nHost: api.test\r\n\r\n`],
    ["the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["both lengths", `${start}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`],
    ["both, reversed", `${start}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG`],
    ["two lengths", `${start}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`],
    ["two equal lengths", `${start}Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde`],
    ["an unknown coding", `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ["identity", `${start}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n`],
    ["a coding before chunked", `${start}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    [
      "a coding header before",
      `${start}Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ],
    [
      "chunked in HTTP/1.0",
      `${start.replace("1.1", "1.0")}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["a space before the colon", `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ["a folded header", `${start}X-A: b\r\n c\r\n\r\n`],
    ["bare line feeds", "GET /v1 HTTP/1.1\nHost: api.test\n\n"],
    ["a signed length", `${start}Content-Length: +5\r\n\r\nabcde`],
    ["a hexadecimal length", `${start}Content-Length: 0x5\r\n\r\nabcde`],
    ["a negative length", `${start}Content-Length: -5\r\n\r\nabcde`],
    ["a bad chunk", `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`],
    ["an unknown method", `FETCH ${canary} HTTP/1.1\r\nHost: api.test\r\n\r\n`],
    ["a method in lower case", "get /v1 HTTP/1.1\r\nHost: api.test\r\n\r\n"],
    ["a NUL in a header", `${start}X-A: a\0b\r\n\r\n`],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ])("%s", async (_name, bytes) => {
    const reply = await send(edge.port, bytes, { untilClosed: true });
    expectRefusal(reply, "400 BAD_REQUEST");
    expect(reply.closed).toBe(true);
    expect(reply.headers["connection"]).toBe("close");
  });

  test("a request line alone, once the caller has ended it", async () => {
    const reply = await send(edge.port, "GET /v1\r\n", { end: true });
    expectRefusal(reply, "400 BAD_REQUEST");
  });
});

describe("Host comes once and is one of ours", () => {
  test.each([
    ["none", `${read}\r\n`],
    ["none in HTTP/1.0", `${read.replace("1.1", "1.0")}\r\n`],
    ["empty", `${read}Host:\r\n\r\n`],
    ["two equal", `${read}Host: api.test\r\nHost: api.test\r\n\r\n`],
    ["a foreign second", `${read}Host: api.test\r\nhost: ${canary}\r\n\r\n`],
    ["foreign", `${read}Host: ${canary}\r\nX-Forwarded-Host: api.test\r\n\r\n`],
    ["with a port that is not listed", `${read}Host: api.test:81\r\n\r\n`],
    ["with a dot", `${read}Host: api.test.\r\n\r\n`],
    ["with a user", `${read}Host: x@api.test\r\n\r\n`],
    ["two in one", `${read}Host: api.test, api.test\r\n\r\n`],
  ])("%s", async (_name, bytes) => {
    const reply = await send(edge.port, bytes, { untilClosed: true });
    expectRefusal(reply, "400 BAD_REQUEST");
    expect(reply.body).not.toContain("api.test");
  });

  test.each([
    ["in any case", `${read}Host: API.Test\r\n\r\n`],
    [
      "whatever X-Forwarded-Host says",
      `${read}Host: api.test\r\nX-Forwarded-Host: ${canary}\r\n\r\n`,
    ],
    ["in HTTP/1.0 too", `${read.replace("1.1", "1.0")}Host: api.test\r\n\r\n`],
  ])("%s", async (_name, bytes) => {
    const reply = await send(edge.port, bytes);
    expect(reply.status).toBe(200);
    expectSafe(reply);
  });

  test("the list may change while serving", async () => {
    let hosts = ["api.test"];
    await using other = await startEdge({ allowedHosts: () => hosts });
    const ask = async () => (await send(other.port, request("GET /v1/github/installation"))).status;
    expect(await ask()).toBe(200);
    hosts = [];
    expect(await ask()).toBe(400);
  });
});

describe("H-01: bounds of the head", () => {
  test("100 header fields pass, 101 do not", async () => {
    expect((await send(edge.port, padded(99))).status).toBe(200);
    expectRefusal(await send(edge.port, padded(100)), "431 BAD_REQUEST");
    expectRefusal(await send(edge.port, padded(1500)), "431 BAD_REQUEST");
  });

  test("a URL of 8,192 bytes passes, a longer one does not", async () => {
    expect((await send(edge.port, long(8192))).status).toBe(200);
    expectRefusal(await send(edge.port, long(8193)), "414 URI_TOO_LONG");
    expectRefusal(await send(edge.port, long(20_000)), "414 URI_TOO_LONG");
  });

  test.each([17_000, 300_000])("headers of %i bytes are too large", async (length) => {
    const bytes = request("GET /v1/github/installation", { headers: [`A: ${"b".repeat(length)}`] });
    const reply = await send(edge.port, bytes, { untilClosed: true });
    expectRefusal(reply, "431 BAD_REQUEST");
  });
});

describe("methods", () => {
  test.each(["TRACE", "PROPFIND", "SEARCH", "PURGE", "QUERY", "LINK"])(
    "%s is refused with Allow and without an echo",
    async (method) => {
      const bytes = request(`${method} /v1/github/installation`, { headers: [`A: ${canary}`] });
      const reply = await send(edge.port, bytes, { untilClosed: true });
      expectRefusal(reply, "405 METHOD_NOT_ALLOWED");
      expect(reply.headers["allow"]).toBe("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    },
  );

  test("CONNECT is closed", async () => {
    const reply = await send(edge.port, request("CONNECT api.test:443"), { untilClosed: true });
    expect(reply).toMatchObject({ closed: true, body: "" });
  });

  test.each(["PUT", "PATCH", "OPTIONS"])(
    "%s is refused with the path's own Allow",
    async (method) => {
      const reply = await send(edge.port, request(`${method} /v1/github/installation`));
      expectRefusal(reply, "405 METHOD_NOT_ALLOWED");
      expect(reply.headers["allow"]).toBe("GET, HEAD, POST, DELETE");
    },
  );

  test.each(["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])(
    "%s is ignored",
    async (name) => {
      const bytes = request("POST /v1/github/installation?_method=DELETE", {
        headers: [`${name}: DELETE`],
      });
      expectRefusal(await send(edge.port, bytes), "415 UNSUPPORTED_MEDIA_TYPE");
    },
  );

  test("HEAD is answered as GET, without the body", async () => {
    const reply = await send(edge.port, request("HEAD /v1/github/installation"), {
      end: true,
      untilClosed: true,
    });
    expect(reply).toMatchObject({ status: 200, body: "" });
    expect(reply.headers["content-length"]).toBe("15");
    const unknown = await send(edge.port, request("HEAD /v1/unknown"), {
      end: true,
      untilClosed: true,
    });
    expect(unknown).toMatchObject({ status: 404, body: "" });
    expectSafe(unknown);
  });
});

describe("targets", () => {
  test.each([
    "//evil.example/v1",
    "http://evil.example/v1/github/installation",
    "http://api.test/v1/github/installation",
    "*",
    "/v1/../admin",
    "/v1/./github/installation",
    "/v1/github/..",
    "/v1/github/.",
    "/v1//github",
    "/v1/%2e%2e/admin",
    "/v1/%2E/admin",
    "/v1%2fgithub/installation",
    "/v1%2Fgithub/installation",
    "/v1%5cgithub",
    "/v1\\github",
    "/v1/github/installation;x=1",
    "/v1/github/installation%00",
    "/v1/github/installation%0d%0aX:y",
    "/v1/github/%7f",
    "/v1/github/%c2%85",
    "/v1/%zz",
    "/v1/%",
    "/v1/%e",
    "/v1/%ff",
    "/v1/%c0%ae",
    "/v1/%ed%a0%80",
    "/v1/\xc3\xa9",
    "/v1/github#installation",
    "/v1/{id}",
    "/v1/a|b",
    '/v1/"',
    "/v1/<script>",
  ])("%s is refused", async (target) => {
    expectRefusal(
      await send(edge.port, `GET ${target} HTTP/1.1\r\nHost: api.test\r\n\r\n`),
      "400 BAD_REQUEST",
    );
  });

  test.each([
    "/v1/github/installation/",
    "/V1/GITHUB/installation",
    "/v1/github/Installation",
    "/v1",
    "/",
    "/__proto__",
    "/constructor",
  ])("%s is not found", async (target) => {
    expectRefusal(await send(edge.port, request(`GET ${target}`)), "404 NOT_FOUND");
  });

  test("escapes of other characters reach the route decoded", async () => {
    const reply = await send(edge.port, request("GET /v1/parameter/%C3%A9%20a.b~"));
    expect(JSON.parse(reply.body)).toEqual({ name: "é a.b~" });
  });
});

describe("headers", () => {
  test.each(["__proto__: x", "constructor: y", "toString: z", "hasOwnProperty: w"])(
    "one named %s does no harm",
    async (header) => {
      const reply = await send(
        edge.port,
        request("GET /v1/github/installation", { headers: [header] }),
      );
      expect(reply.status).toBe(200);
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    },
  );

  test("two Authorization headers are no credential", async () => {
    const headers = [`Authorization: Bearer ${canary}`, `authorization: Bearer ${canary}2`];
    const reply = await send(edge.port, request("GET /v1/github/installation", { headers }));
    expectRefusal(reply, "401 UNAUTHENTICATED");
  });

  test.each(["Expect: something", "Upgrade: websocket\r\nConnection: Upgrade"])(
    "%s is ignored",
    async (header) => {
      const reply = await send(
        edge.port,
        request("GET /v1/github/installation", { headers: [header] }),
      );
      expect(reply.status).toBe(200);
      expectSafe(reply);
    },
  );
});
