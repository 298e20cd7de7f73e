import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { setImmediate } from "node:timers/promises";
import { signDelivery } from "./sign.ts";

/** How an upload ended. */
export interface Upload {
  readonly status: number | undefined;
  /** How much was handed to the connection until the answer came. */
  readonly sentBytes: number;
}

const piece = Buffer.alloc(64 * 1024, "x");

/** Sends a webhook without an end to speak of, until it is answered. */
export async function sendEndlessly(
  url: string,
  bytes: number,
  { tellsLength = false } = {},
): Promise<Upload> {
  const { headers } = signDelivery({ event: "installation", payload: "x" });
  const upload = request(`${url}/github/webhooks`, {
    method: "POST",
    agent: false,
    headers: { ...headers, ...(tellsLength && { "content-length": String(bytes) }) },
  });
  const end: { status?: number | undefined; isBroken?: boolean } = {};
  upload.on("response", (response) => {
    end.status = response.resume().statusCode;
  });
  upload.on("error", () => {
    end.isBroken = true;
  });
  const closed = new Promise((resolve) => upload.on("close", resolve));
  let sentBytes = 0;
  while (!end.status && !end.isBroken && sentBytes < bytes) {
    if (!upload.write(piece)) await Promise.race([once(upload, "drain").catch(() => {}), closed]);
    sentBytes += piece.length;
    // So that an answer is seen before the connection ends under what is still written.
    await setImmediate();
  }
  if (end.status) upload.destroy();
  else upload.end();
  await closed;
  return { status: end.status, sentBytes };
}

/** The memory that a process has in RAM. */
export function readResidentBytes(pid: number): number {
  const [, kibibytes = ""] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}
