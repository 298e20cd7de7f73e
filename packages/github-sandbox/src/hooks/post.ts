import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export interface Shipment {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Takes any certificate. */
  insecure: boolean;
  timeoutMs: number;
  /** Ends it early: the stand-in closes. */
  signal: AbortSignal;
}

/** What became of a delivery, in the words of GitHub's log. */
export interface Outcome {
  status: string;
  /** GitHub's own where nobody answered: 502, 504 or 500. */
  statusCode: number;
  /** Null where nobody answered. */
  headers: Record<string, string> | null;
  payload: string | null;
}

const longestPayload = 65_536;

const unanswered = (statusCode: number, status: string): Outcome => ({
  status,
  statusCode,
  headers: null,
  payload: null,
});

async function readSome(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > longestPayload) break;
  }
  return text.slice(0, longestPayload);
}

async function toOutcome(incoming: IncomingMessage): Promise<Outcome> {
  const statusCode = incoming.statusCode ?? 0;
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: statusCode >= 200 && statusCode < 300 ? "OK" : `Invalid HTTP Response: ${statusCode}`,
    statusCode,
    headers: Object.fromEntries(headers),
    payload: await readSome(incoming),
  };
}

const isCut = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "ECONNRESET";

/** Posts once, and follows no redirect. Never rejects. */
export async function post(shipment: Shipment): Promise<Outcome> {
  const { url, headers, body, insecure, timeoutMs } = shipment;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([timeout, shipment.signal]);
  const options = { method: "POST", headers, agent: false, signal } as const;
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      const receive = (incoming: IncomingMessage) => {
        toOutcome(incoming).then(resolve, reject);
      };
      const outgoing = url.startsWith("https:")
        ? requestHttps(url, { ...options, rejectUnauthorized: !insecure }, receive)
        : requestHttp(url, options, receive);
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  } catch (error) {
    if (timeout.aborted) return unanswered(504, "timed out");
    if (isCut(error)) return unanswered(500, `Post "${url}": EOF`);
    return unanswered(502, "failed to connect to host");
  }
}
