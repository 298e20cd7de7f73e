import { connect } from "node:net";
import { ErrorEnvelope } from "@layers/contracts";
import { expect } from "vitest";
import { canary } from "./edge.ts";

/** What came back over a connection. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

interface SendOptions {
  /** Ends our side after the bytes. */
  readonly end?: boolean;
  /** Waits until the server closes, not only for the whole answer. */
  readonly untilClosed?: boolean;
}

/** Sends bytes as they are and reads the first answer. */
export function send(
  port: number,
  bytes: string | Buffer,
  { end = false, untilClosed = false }: SendOptions = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = Buffer.alloc(0);
    const finish = (closed: boolean) => {
      socket.destroy();
      resolve(parseReply(received, closed));
    };
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (!untilClosed && isWhole(received)) finish(false);
    });
    socket.on("end", () => finish(true));
    socket.on("error", (error) => (received.length > 0 ? finish(true) : reject(error)));
    const data = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    if (end) socket.end(data);
    else socket.write(data);
  });
}

function isWhole(received: Buffer): boolean {
  const { headers, body } = parseReply(received, false);
  return Buffer.byteLength(body) >= Number(headers["content-length"] ?? 0);
}

function parseReply(received: Buffer, closed: boolean): Reply {
  const text = received.toString("utf8");
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const headers = fields.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return {
    status: Number(line.split(" ")[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: rest.join("\r\n\r\n"),
    closed,
  };
}

interface Parts {
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** Writes a request to `api.test`, such as `request("GET /v1")`. */
export function request(line: string, { headers = [], body }: Parts = {}): Buffer {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${line} HTTP/1.1`, "Host: api.test", ...headers, ...length, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body ?? "")]);
}

/** Writes a POST of a JSON text. */
export function post(body: string | Buffer, headers: readonly string[] = []): Buffer {
  const type = headers.some((header) => /^content-type/i.test(header))
    ? []
    : ["Content-Type: application/json"];
  return request("POST /v1/github/installation", { headers: [...type, ...headers], body });
}

/** Holds for every answer. */
export function expectSafe(reply: Reply): void {
  expect(reply.headers).toMatchObject({
    "x-request-id": expect.stringMatching(/^req_[0-9A-HJKMNP-TV-Z]{26}$/) as string,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "cross-origin-resource-policy": "same-origin",
  });
  expect(reply.headers).toHaveProperty("content-security-policy");
  for (const name of ["x-powered-by", "etag", "server", "access-control-allow-origin"]) {
    expect(reply.headers).not.toHaveProperty(name);
  }
  expect(JSON.stringify(reply)).not.toContain(canary);
}

/** Holds for every refusal: `400 BAD_REQUEST` and the like. */
export function expectRefusal(reply: Reply, expected: string): void {
  expectSafe(reply);
  expect(reply.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
  const envelope = ErrorEnvelope.parse(JSON.parse(reply.body));
  expect(`${reply.status} ${envelope.code}`).toBe(expected);
}
