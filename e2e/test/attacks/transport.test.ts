import { ErrorEnvelope } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTarget, type Target } from "../../src/attacks/target.ts";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { type RawOptions, type RawRequest, sendBytes, toBytes } from "../../src/attacks/wire.ts";

const canary = "CANARY-ghs_transport0123456789";

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.connector[Symbol.asyncDispose]());

/** REST in front of the API in one process, and alone in front of tRPC. */
const doors = ["url", "remoteUrl"] as const;
type Door = (typeof doors)[number];

const urlOf = (door: Door) => target.connector[door];
const read = "GET /v1/github/installation";

const withKey = () => `Authorization: Bearer ${target.attacker.key}`;

function attack(door: Door, bytes: string | Buffer, options?: RawOptions) {
  const secrets = [canary, target.attacker.key];
  return expectUnharmed(target.connector, () => sendBytes(urlOf(door), bytes, options), {
    secrets,
  });
}

async function refused(door: Door, bytes: string | Buffer, options?: RawOptions) {
  const answer = await attack(door, bytes, options);
  const { code } = ErrorEnvelope.parse(answer.body);
  return { answer, told: `${answer.status} ${code}` };
}

const start = (door: Door) =>
  `POST /v1/github/installation HTTP/1.1\r\nHost: ${new URL(urlOf(door)).host}\r\n${withKey()}\r\nX-Canary: ${canary}\r\n`;

const badFraming: [id: string, what: string, rest: string][] = [
  [
    "A002",
    "two ways to tell the length",
    "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
  ],
  [
    "A002",
    "the same in the other order",
    "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
  ],
  ["A002", "two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"],
  ["A002", "two lengths in one", "Content-Length: 5, 6\r\n\r\nabcdef"],
  ["A002", "the same length twice", "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"],
  ["A004", "an unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"],
  ["A004", "a coding in quotes", 'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n'],
  ["A004", "a coding before chunked", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
  ["A004", "chunked twice", "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"],
  ["A005", "a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"],
  ["A005", "a tab before the colon", "Content-Length\t: 5\r\n\r\nabcde"],
  ["A005", "a vertical tab before the coding", "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n"],
  ["A007", "a folded header", "X-A: b\r\n c\r\n\r\n"],
  ["A007", "a header without a name", ": b\r\n\r\n"],
  ["A007", "a header without a colon", "X-A b\r\n\r\n"],
  ["A008", "a signed length", "Content-Length: +5\r\n\r\nabcde"],
  ["A008", "a length of 0x5", "Content-Length: 0x5\r\n\r\nabcde"],
  ["A008", "a negative length", "Content-Length: -1\r\n\r\n"],
  ["A008", "a length with an exponent", "Content-Length: 1e1\r\n\r\nabcdeabcde"],
  ["A008", "a length beyond 2^64", "Content-Length: 18446744073709551617\r\n\r\na"],
  ["A008", "a chunk of no size", "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"],
  ["A008", "a chunk of a negative size", "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"],
  [
    "A008",
    "a chunk of a size beyond 2^64",
    "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
  ],
  ["A008", "NUL in a header", "X-A: a\0b\r\n\r\n"],
  ["A008", "a bare carriage return in a header", "X-A: a\rX-B: b\r\n\r\n"],
];

describe.each(doors)("through %s", (door) => {
  test.each(badFraming)("%s H-09: %s is answered 400 and closed", async (_id, _what, rest) => {
    const { answer, told } = await refused(door, start(door) + rest, { untilClosed: true });
    expect(told).toBe("400 BAD_REQUEST");
    expect(answer.closed).toBe(true);
    expect(answer.headers.get("connection")).toBe("close");
  });

  const notHttp: [id: string, what: string, bytes: string, options: RawOptions][] = [
    ["A001", "HTTP/0.9", "GET /v1\r\n", { end: true }],
    ["A001", "HTTP/0.9 with a second line", "GET /v1\r\n\r\n", { untilClosed: true }],
    ["A001", "HTTP/3", "GET /v1 HTTP/3.0\r\nHost: x\r\n\r\n", { untilClosed: true }],
    ["A001", "HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", { untilClosed: true }],
    ["A001", "TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", { untilClosed: true }],
    ["A008", "lines of bare line feeds", `GET /v1 HTTP/1.1\nHost: x\n\n`, { untilClosed: true }],
    ["A014", "a method that nobody knows", `${canary} /v1 HTTP/1.1\r\n\r\n`, { untilClosed: true }],
    [
      "A014",
      "a method in lower case",
      "get /v1 HTTP/1.1\r\nHost: x\r\n\r\n",
      { untilClosed: true },
    ],
    [
      "A008",
      "a request behind a smuggled prefix",
      "0\r\n\r\nGET /v1 HTTP/1.1\r\n\r\n",
      { untilClosed: true },
    ],
  ];
  test.each(notHttp)("%s: %s is no request", async (...row) => {
    const [, , bytes, options] = row;
    expect((await refused(door, bytes, options)).told).toBe("400 BAD_REQUEST");
  });

  const headersOf = (count: number) => Array.from({ length: count }, () => "A: b");
  const tooLarge: [id: string, what: string, line: string, request: RawRequest, told: string][] = [
    [
      "A010",
      "17,000 bytes of headers",
      read,
      { headers: [`A: ${"b".repeat(17_000)}`] },
      "431 BAD_REQUEST",
    ],
    [
      "A010",
      "500,000 bytes of headers",
      read,
      { headers: [`A: ${"b".repeat(500_000)}`] },
      "431 BAD_REQUEST",
    ],
    ["A010", "101 headers", read, { headers: headersOf(100) }, "431 BAD_REQUEST"],
    ["A010", "1,500 headers", read, { headers: headersOf(1500) }, "431 BAD_REQUEST"],
    ["A010", "a target of 8,193 bytes", `GET /v1?${"a".repeat(8189)}`, {}, "414 URI_TOO_LONG"],
    ["A010", "a target of 30,000 bytes", `GET /v1?${"a".repeat(30_000)}`, {}, "414 URI_TOO_LONG"],
  ];
  test.each(tooLarge)("%s: %s are too much", async (...row) => {
    const [, , line, request, expected] = row;
    const bytes = toBytes(urlOf(door), line, request);
    expect((await refused(door, bytes, { untilClosed: true })).told).toBe(expected);
  });

  const methods = "TRACE PROPFIND SEARCH PURGE QUERY LINK REPORT M-SEARCH PUT PATCH OPTIONS".split(
    " ",
  );
  test.each(methods)("A011 A014 H-06: %s is refused, with Allow", async (method) => {
    const headers = [withKey(), `X-Canary: ${canary}`];
    const bytes = toBytes(urlOf(door), `${method} /v1/github/installation`, { headers });
    const { answer, told } = await refused(door, bytes);
    expect(told).toBe("405 METHOD_NOT_ALLOWED");
    expect(answer.headers.get("allow")?.split(", ")).toEqual(
      expect.arrayContaining(["GET", "HEAD", "POST", "DELETE"]),
    );
  });

  test.each([
    "X-HTTP-Method-Override: DELETE",
    "X-HTTP-Method: DELETE",
    "X-Method-Override: DELETE",
    "X-Original-Method: DELETE",
  ])("A013 H-06: %s deletes nothing", async (header) => {
    const headers = [`Authorization: Bearer ${target.victim.key}`, header];
    const line = "POST /v1/github/installation?_method=DELETE";
    const { told } = await refused(door, toBytes(urlOf(door), line, { headers }));
    expect(told).toBe("415 UNSUPPORTED_MEDIA_TYPE");
  });

  test.each([
    ["A016", "no Host", ""],
    ["A016", "two Hosts", "Host: $\r\nHost: evil.example\r\n"],
    ["A016", "the same Host twice", "Host: $\r\nHost: $\r\n"],
    ["A016", "two Hosts in one", "Host: $, $\r\n"],
    ["A016", "an empty Host", "Host:\r\n"],
    ["A016", "a foreign Host", "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\n"],
    ["A016", "a Host with a user", "Host: x@$\r\n"],
    ["A016", "a Host with a path", "Host: $/evil.example\r\n"],
    ["A016", "a Host by another name of ours", "Host: localhost\r\nX-Forwarded-Host: $\r\n"],
  ])("%s H-08: %s is refused", async (_id, _what, hosts) => {
    const lines = hosts.replaceAll("$", new URL(urlOf(door)).host);
    const bytes = `${read} HTTP/1.1\r\n${lines}${withKey()}\r\n\r\n`;
    const { answer, told } = await refused(door, bytes, { untilClosed: true });
    expect(told).toBe("400 BAD_REQUEST");
    expect(answer.text).not.toContain("evil");
  });

  test.each([
    "//evil.example/v1",
    "/v1/../admin",
    "/v1%2fgithub/installation",
    "/v1/github/installation;x=1",
    "/v1/github/installation%00",
    "/v1/%zz",
    "/v1\\github",
    "/v1/./github/installation",
    "/v1//github/installation",
    "/v1/github/installation/..%2f..",
    "/v1/github/%2e%2e/installation",
    "/v1%5cgithub",
    "/v1/github/installation%0d%0aX:y",
    "/v1/github/%c0%ae%c0%ae/installation",
    "/v1/github/installation#x",
    "/v1/github/install\xe9",
    "http://evil.example/v1/github/installation",
    "https://api.test@evil.example/",
    "*",
    "v1/github/installation",
  ])("A019 H-07: the target %s is refused", async (path) => {
    const { host } = new URL(urlOf(door));
    const bytes = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${withKey()}\r\n\r\n`;
    expect((await refused(door, bytes)).told).toBe("400 BAD_REQUEST");
  });

  test.each([
    "/v1/github/installation/",
    "/V1/GITHUB/installation",
    "/v1/github/Installation",
    "/v1/github",
    "/__proto__",
    "/v1/constructor",
    "/.env",
    "/.git/config",
    "/admin",
    "/metrics",
  ])("A019 H-07: there is nothing at %s", async (path) => {
    const bytes = toBytes(urlOf(door), `GET ${path}`, { headers: [withKey()] });
    expect((await refused(door, bytes)).told).toBe("404 NOT_FOUND");
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"])(
    "A020: a header named %s does no harm",
    async (name) => {
      const headers = [`Authorization: Bearer ${target.victim.key}`, `${name}: x`];
      const answer = await attack(door, toBytes(urlOf(door), read, { headers }));
      expect(answer.status).toBe(200);
      expect(Reflect.get({}, "x")).toBeUndefined();
    },
  );

  test("A011: CONNECT is closed without an answer", async () => {
    const bytes = toBytes(urlOf(door), "CONNECT evil.example:443");
    const answer = await sendBytes(urlOf(door), bytes, { untilClosed: true });
    expect(answer).toMatchObject({ closed: true, text: "" });
  });
});

describe("a host that is not ours", () => {
  test("A016 H-08: is not believed from X-Forwarded-Host, Forwarded or X-Original-URL", async () => {
    const headers = [
      `Authorization: Bearer ${target.victim.key}`,
      "X-Forwarded-Host: evil.example",
      "X-Forwarded-Proto: gopher",
      "Forwarded: host=evil.example;proto=https",
      "X-Original-URL: /admin",
      "X-Rewrite-URL: /admin",
    ];
    const query = new URLSearchParams({ returnUrl: "https://app.partner.example/" }).toString();
    for (const door of doors)
      for (const line of [read, `${read}/install-url?${query}`, "GET /openapi.json", "GET /docs"]) {
        const answer = await sendBytes(urlOf(door), toBytes(urlOf(door), line, { headers }));
        expect(answer.status).toBe(200);
        expect(answer.text + JSON.stringify([...answer.headers])).not.toContain("evil");
      }
  });

  test("A017 H-08: addresses that a caller invents in X-Forwarded-For are not his", async () => {
    const guess = async (each: number) => {
      const invented = `203.0.113.${each % 250}, 10.0.0.${each % 250}`;
      const headers = ["Authorization: Bearer lp_test_guess"];
      const forwarded = `X-Forwarded-For: ${invented}, 198.51.100.7`;
      const bytes = toBytes(urlOf("url"), read, { headers: [...headers, forwarded] });
      return (await sendBytes(urlOf("url"), bytes)).status;
    };
    const statuses = [];
    for (let each = 0; each < 60; each++) statuses.push(await guess(each));
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(35);
  });
});
