import type { IncomingMessage } from "node:http";
import { AppError } from "@layers/contracts";

// A connection that is closed on unread bytes is reset, and the caller may lose the answer.
const discardLimitBytes = 8 * 1024 * 1024;

/**
 * Reads a body whole.
 * @throws {AppError} PAYLOAD_TOO_LARGE as soon as it is or says it is longer than `limitBytes`;
 * BAD_REQUEST when the caller goes away before its end
 */
export function readBytes(
  req: IncomingMessage,
  { limitBytes }: { readonly limitBytes: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(req.headers["content-length"] ?? 0) > limitBytes) {
      reject(new AppError("PAYLOAD_TOO_LARGE"));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        reject(new AppError("PAYLOAD_TOO_LARGE"));
      }
    });
    req.on("end", () => resolve(Buffer.concat(chunks)));
    req.on("close", () => reject(new AppError("BAD_REQUEST")));
  });
}

/**
 * For a route that takes no body.
 * @throws {AppError} BAD_REQUEST when the request has one
 */
export function refuseBody(req: IncomingMessage): void {
  const { "content-length": length = "0", "transfer-encoding": encoding } = req.headers;
  if (Number(length) > 0 || encoding !== undefined) throw new AppError("BAD_REQUEST");
}

/** Drops what is left of a refused request's body, up to a bound; then drops the connection. */
export function discardBody(req: IncomingMessage): void {
  let size = 0;
  req.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > discardLimitBytes) req.socket.destroy();
  });
}
