import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { verify } from "@octokit/webhooks-methods";

export const hookSecret = "the webhook secret of the tests";

/** A delivery as it arrived: the bytes, and what they say. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  payload: ReturnType<typeof JSON.parse>;
}

export interface Receiver extends AsyncDisposable {
  url: string;
  received: Received[];
  /** `installation.created`, …, in the order of arrival. */
  events: () => string[];
  /** How it answers from now on; 200 at first. */
  answer: (answer: RequestListener) => void;
}

function payloadOf(body: string): Received["payload"] {
  const form = body.startsWith("payload=") ? new URLSearchParams(body).get("payload") : null;
  return JSON.parse(form ?? body);
}

/** A webhook's receiver: a real HTTP server that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let answer: RequestListener = (_req, res) => res.writeHead(200).end("thanks");
  const server = createServer((req, res) => {
    void text(req).then((body) => {
      received.push({
        path: req.url ?? "",
        headers: req.headers,
        body,
        payload: payloadOf(body),
      });
      answer(req, res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/github/webhooks`,
    received,
    events: () =>
      received.map(({ headers, payload }) => `${headers["x-github-event"]}.${payload.action}`),
    answer: (next) => {
      answer = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether the signature is one of the tests' secret over these bytes. */
export const isSigned = (
  { headers, body }: Pick<Received, "headers" | "body">,
  secret = hookSecret,
) => verify(secret, body, String(headers["x-hub-signature-256"]));
