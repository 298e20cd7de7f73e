import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { canary, startEdge } from "./edge.ts";
import { expectRefusal, expectSafe, post, request, send } from "./wire.ts";

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());
afterEach(async () => {
  const reply = await send(edge.port, post('{"installationId":5001,"state":"s"}'));
  expect(reply).toMatchObject({ status: 201, body: '{"installationId":5001,"state":"s"}' });
});

const padded = (length: number) => {
  const text = '{"installationId":5001,"state":"s"}';
  return text + " ".repeat(length - text.length);
};
const chunked = (body: string) =>
  `${request("POST /v1/github/installation", {
    headers: ["Content-Type: application/json", "Transfer-Encoding: chunked"],
  }).toString()}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const bomb = gzipSync(Buffer.alloc(10_000_000, " "));

describe("a body that is no strict JSON is 400", () => {
  test.each([
    `{"installationId":5001,"${canary}"`,
    `{installationId:"${canary}"}`,
    '{"installationId":5001,}',
    '{/*c*/"installationId":5001}',
    "NaN",
    "",
    '{"installationId":5002,"installationId":5001,"state":"s"}',
    '{"__proto__":{"isAdmin":true},"installationId":5001,"state":"s"}',
    '{"installationId":5001,"state":{"\\u005f_proto__":{"isAdmin":true}}}',
    '\ufeff{"installationId":5001,"state":"s"}',
    "[".repeat(20_000) + "]".repeat(20_000),
    Buffer.from('{"installationId":5001,"state":"s"}', "utf16le"),
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from([0x22, 0xc0, 0xae, 0x22]),
  ])("%j", async (body) => {
    expectRefusal(await send(edge.port, post(body)), "400 BAD_REQUEST");
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
  });
});

describe("an installation id that is no exact integer is 422 at its field", () => {
  test.each([
    "9007199254740992",
    "9007199254740993",
    "18446744073709551616",
    "1e21",
    "1e400",
    "5001.0000000000000000001",
    "5001.5",
    "5.001e3",
    "50010e-1",
    "5001.0",
    "0",
    "-0",
    "-1",
    "-5001",
    '"5001"',
    '"5001abc"',
    '" 5001"',
    '"0x1389"',
    "true",
    "null",
    "[5001]",
    '{"$gt":0}',
  ])("%s", async (id) => {
    const reply = await send(edge.port, post(`{"installationId":${id},"state":"s"}`));
    expectRefusal(reply, "422 VALIDATION");
    const { fieldErrors } = JSON.parse(reply.body) as { fieldErrors: object };
    expect(Object.keys(fieldErrors)).toEqual(["installationId"]);
  });
});

describe("media types", () => {
  const body = '{"installationId":5001,"state":"s"}';

  test.each([
    "application/json",
    "APPLICATION/JSON",
    "application/json;charset=utf-8",
    "application/json; charset=UTF-8",
    'application/json ;\tcharset="utf-8"',
  ])("%s is read", async (type) => {
    expect((await send(edge.port, post(body, [`Content-Type: ${type}`]))).status).toBe(201);
  });

  test.each([
    "",
    "application/json garbage",
    "application/json\ta",
    "application/json;",
    "application/json; charset",
    "application/json; charset=utf8",
    "application/json; charset=utf-7",
    "application/json; charset=iso-8859-1",
    "application/json; charset=utf-8; charset=utf-8",
    "application/json; charset=utf-8; x=y",
    "application/json; charset='utf-8'",
    'application/json; charset="utf-8',
    "application/json; x=y",
    "application/json, application/json",
    "application/jsonx",
    "application/json+x",
    "application/vnd.api+json",
    "application/ld+json",
    "application/jsön",
    "text/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "*/*",
    "json",
    canary,
  ])("%s is refused", async (type) => {
    const reply = await send(edge.port, post(body, [`Content-Type: ${type}`]));
    expectRefusal(reply, "415 UNSUPPORTED_MEDIA_TYPE");
  });

  test("two Content-Type headers are refused", async () => {
    const headers = ["Content-Type: application/json", "content-type: application/json"];
    expectRefusal(await send(edge.port, post(body, headers)), "415 UNSUPPORTED_MEDIA_TYPE");
  });

  test("a POST without type and body is refused", async () => {
    const reply = await send(edge.port, request("POST /v1/github/installation"));
    expectRefusal(reply, "415 UNSUPPORTED_MEDIA_TYPE");
  });

  test.each(["gzip", "gzip, gzip, gzip", "br", "deflate", "zstd", "identity", "identity;q=0", ""])(
    "Content-Encoding: %s is refused and never decoded",
    async (encoding) => {
      const reply = await send(edge.port, post(bomb, [`Content-Encoding: ${encoding}`]));
      expectRefusal(reply, "415 UNSUPPORTED_MEDIA_TYPE");
    },
  );
});

describe("H-01: size", () => {
  test("64 KiB is read, one byte more is not", async () => {
    expect((await send(edge.port, post(padded(65_536)))).status).toBe(201);
    expectRefusal(await send(edge.port, post(padded(65_537))), "413 PAYLOAD_TOO_LARGE");
  });

  test("bytes are counted when no length is declared", async () => {
    expect((await send(edge.port, chunked(padded(65_536)))).status).toBe(201);
    expectRefusal(await send(edge.port, chunked(padded(65_537))), "413 PAYLOAD_TOO_LARGE");
  });

  test("a declared length is refused before a byte of it", async () => {
    const head = post("").toString().replace("Content-Length: 0", "Content-Length: 70000");
    expectRefusal(await send(edge.port, head), "413 PAYLOAD_TOO_LARGE");
  });

  test.each([1_048_576, 7_000_000])(
    "%i bytes are read off, so that the answer arrives",
    async (length) => {
      expectRefusal(await send(edge.port, post("x".repeat(length))), "413 PAYLOAD_TOO_LARGE");
    },
  );

  test("of an endless body a bounded part is read", async () => {
    const started = process.memoryUsage().rss;
    const reply = await send(edge.port, post("x".repeat(20_000_000)), { untilClosed: true });
    expect([0, 413]).toContain(reply.status);
    expect(process.memoryUsage().rss - started).toBeLessThan(200_000_000);
  });
});

test.each(["Content-Length: 2\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])(
  "a route without a body refuses one: %s",
  async (rest) => {
    const bytes = `GET /v1/github/installation HTTP/1.1\r\nHost: api.test\r\n${rest}`;
    expectRefusal(await send(edge.port, bytes), "400 BAD_REQUEST");
  },
);

test("a caller who leaves in the middle of a body costs nothing", async () => {
  const bytes = post('{"installationId":5001,"state":"s"}').subarray(0, -5);
  const reply = await send(edge.port, bytes, { end: true, untilClosed: true });
  expect([0, 400]).toContain(reply.status);
});

test("a connection serves the next request after a refusal", async () => {
  const bytes = Buffer.concat([
    post("{"),
    request("GET /v1/github/installation", { headers: ["Connection: close"] }),
  ]);
  const reply = await send(edge.port, bytes, { untilClosed: true });
  expectSafe(reply);
  expect(reply.status).toBe(400);
  expect(reply.body).toContain("HTTP/1.1 200 OK");
});
