import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { headLimits } from "./framing.ts";
import { type Refusal, refusals } from "./refusal.ts";
import { jsonType, securityHeaders } from "./response-headers.ts";

/** What Node's parser or its timeouts report. */
export interface ClientError extends Error {
  readonly code?: string;
  /** The bytes that the parser gave up on. */
  readonly rawPacket?: Buffer;
}

const longTarget = new RegExp(`^[A-Z]+ [^ \\r\\n]{${headLimits.urlLength + 1}}`);
const lingerMs = 1000;

/** What to answer a request that Node could not read. */
export function clientErrorRefusal({ code, rawPacket }: ClientError): Refusal {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return refusals.timeout();
  if (code !== "HPE_HEADER_OVERFLOW") return refusals.malformed();
  const isLongTarget = longTarget.test(rawPacket?.toString("latin1") ?? "");
  return isLongTarget ? refusals.uriTooLong() : refusals.headersTooLarge();
}

/** Writes an answer to a connection that has no response object, and closes it. */
export function refuseConnection(socket: Socket, refusal: Refusal, requestId: string): void {
  const body = JSON.stringify(refusal.envelope);
  const headers = [
    ...securityHeaders,
    ...Object.entries(refusal.headers),
    ["X-Request-Id", requestId],
    ["Content-Type", jsonType],
    ["Content-Length", Buffer.byteLength(body)],
    ["Connection", "close"],
  ];
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${head}\r\n${body}`);
  // Closing on unread bytes resets the connection, and the caller may lose the answer.
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
