import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { contract, type Operation, operations } from "@layers/contracts";

/** A request as the service saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** What to answer; a body that is not text is sent as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Instead of an answer: never any, or the connection's end. */
  readonly end?: "hang" | "reset";
}

/** Starts a service on a port of its own that gives the replies in turn, the last one for ever. */
export async function startService(...replies: (Reply | ((seen: Seen) => Reply))[]) {
  const requests: Seen[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const seen = await see(request);
    const reply = replies[Math.min(requests.push(seen), replies.length) - 1] ?? {};
    give(typeof reply === "function" ? reply(seen) : reply, response);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function see(request: IncomingMessage): Promise<Seen> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://service");
  return {
    method: request.method ?? "",
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: request.headers["content-type"] ? await json(request) : undefined,
  };
}

function give({ status = 200, headers, body, end }: Reply, response: ServerResponse): void {
  if (end === "reset") response.destroy();
  if (end !== undefined) return;
  response.writeHead(status, headers);
  response.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
}

/** A refusal as the service sends it over REST. */
export const refusal = (status: number, code: string, more: object = {}): Reply => ({
  status,
  headers: { "X-Request-Id": "req_1" },
  body: { error: `The sentence of ${code}.`, code, ...more },
});

/** The same refusal over tRPC. */
export const trpcError = (status: number, code: string, more: object = {}) => ({
  error: {
    message: `The sentence of ${code}.`,
    code: -32600,
    data: {
      code: "BAD_REQUEST",
      httpStatus: status,
      envelope: { error: `The sentence of ${code}.`, code, ...more },
    },
  },
});

/** Every operation of the contract, with its name. */
export const all: [string, Operation][] = [...operations(contract)];

/** The method of a client that an operation's name stands for. */
export function methodOf(client: object, name: string) {
  const found = name.split(".").reduce<unknown>((at, key) => Object(at)[key], client);
  return found as (input?: unknown, options?: object) => Promise<unknown>;
}

/** What a promise rejects with. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error("It did not fail.");
    },
    (error: unknown) => error,
  );
