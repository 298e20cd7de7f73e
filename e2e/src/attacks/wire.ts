import { connect } from "node:net";
import type { Answer } from "../http.ts";

/** An answer as it came over a connection of its own. */
export interface RawAnswer extends Answer {
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

export interface RawOptions {
  /** Ends our side after the bytes. */
  readonly end?: boolean;
  /** Waits until the server closes, not only for the whole answer. */
  readonly untilClosed?: boolean;
}

/** Sends bytes as they are and reads the first answer. Text is written one byte per character. */
export function sendBytes(
  url: string,
  bytes: string | Buffer,
  { end = false, untilClosed = false }: RawOptions = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let received = Buffer.alloc(0);
    const finish = (closed: boolean) => {
      socket.destroy();
      resolve(parseAnswer(received, closed));
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
  if (!received.includes("\r\n\r\n")) return false;
  const { headers, text } = parseAnswer(received, false);
  if (headers.get("transfer-encoding") === "chunked") return text.endsWith("0\r\n\r\n");
  return Buffer.byteLength(text) >= Number(headers.get("content-length") ?? 0);
}

function parseAnswer(received: Buffer, closed: boolean): RawAnswer {
  const [head = "", ...rest] = received.toString("utf8").split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const headers = new Headers();
  for (const field of fields) {
    const colon = field.indexOf(":");
    headers.append(field.slice(0, colon), field.slice(colon + 1).trim());
  }
  const text = rest.join("\r\n\r\n");
  return { status: Number(line.split(" ")[1]), headers, text, body: parseBody(text), closed };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface RawRequest {
  /** Lines such as `A: b`. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** Writes a request with its `Host` and, where there is a body, its length. */
export function toBytes(
  url: string,
  line: string,
  { headers = [], body }: RawRequest = {},
): Buffer {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${line} HTTP/1.1`, `Host: ${new URL(url).host}`, ...headers, ...length, "", ""];
  return Buffer.concat([Buffer.from(lines.join("\r\n"), "latin1"), Buffer.from(body ?? "")]);
}
