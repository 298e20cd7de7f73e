import {
  AnyErrorEnvelope,
  AppError,
  type Call,
  contract,
  type Operation,
  type Outcome,
  operations,
} from "@layers/contracts";
import type { KeySighting } from "@layers/http-edge";
import { type Dispatcher, Pool } from "undici";
import { z } from "zod";

export interface RemoteCallOptions {
  /** The API's origin. It must list this process among its trusted proxies. */
  readonly apiUrl: string;
}

/** A call that travels to the API's tRPC procedures over connections that are kept. */
export interface RemoteCall {
  readonly call: Call;
  /** Tells the API, which has the audit log, of a key that was sent in a URL. Never throws. */
  readonly noteKeyInUrl: (sighting: KeySighting) => void;
  readonly close: () => Promise<void>;
}

const Refused = z.object({
  error: z.object({ data: z.object({ envelope: AnyErrorEnvelope }) }),
});
/** A 204 has no `data`. */
const Succeeded = z.object({ result: z.object({ data: z.unknown().optional() }) });
const SuccessStatus = z.coerce.number().int().min(200).max(299);
const passedOn = [
  "RateLimit-Policy",
  "RateLimit",
  "X-RateLimit-Endpoint-Class",
  "Retry-After",
  "Idempotent-Replayed",
  "Link",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "X-RateLimit-Used",
  "X-RateLimit-Resource",
];
const timeoutMilliseconds = 30_000;

/** Connects REST to an API on another machine. */
export function createRemoteCall({ apiUrl }: RemoteCallOptions): RemoteCall {
  const pool = new Pool(apiUrl, {
    connections: 64,
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: timeoutMilliseconds,
  });
  const known = new Map(operations(contract));
  const call: Call = async (request) => {
    const operation = known.get(request.name);
    if (!operation) return toOutcome(new AppError("NOT_FOUND"));
    try {
      return await readOutcome(await pool.request(toRequest(operation, request)));
    } catch (cause) {
      return toOutcome(new AppError("UNAVAILABLE", { cause }));
    }
  };
  return { call, noteKeyInUrl: createNoteKeyInUrl(pool), close: () => pool.close() };
}

/** The API notes what it sees in the URL of any request: it is sent one that does nothing else. */
function createNoteKeyInUrl(pool: Pool): RemoteCall["noteKeyInUrl"] {
  return ({ url, remoteAddress }) => {
    const [key] = /lp_(?:live|test)_[\w-]+/.exec(url) ?? [];
    if (!key) return;
    const headers = { "x-forwarded-for": remoteAddress };
    // An API that is away notes nothing: its other callers find out.
    pool
      .request({ method: "GET", path: `/livez?key=${key}`, headers })
      .then(({ body }) => body.dump())
      .catch(() => undefined);
  };
}

function toRequest(operation: Operation, request: Parameters<Call>[0]): Dispatcher.RequestOptions {
  const { name, input, remoteAddress } = request;
  const text = JSON.stringify(input ?? {});
  const headers = { ...request.headers, "x-forwarded-for": remoteAddress };
  const path = `/trpc/${name}`;
  if (operation.kind === "query")
    return { method: "GET", path: `${path}?input=${encodeURIComponent(text)}`, headers };
  return {
    method: "POST",
    path,
    headers: { ...headers, "content-type": "application/json" },
    body: text,
  };
}

async function readOutcome(response: Dispatcher.ResponseData): Promise<Outcome> {
  const body: unknown = await response.body.json();
  const headers = Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = response.headers[name.toLowerCase()];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
  if (response.statusCode === 200) {
    const status = SuccessStatus.parse(response.headers["layers-status"]);
    return { ok: true, status, headers, body: Succeeded.parse(body).result.data };
  }
  const { envelope } = Refused.parse(body).error.data;
  return { ok: false, status: response.statusCode, headers, body: envelope };
}

const toOutcome = (error: AppError): Outcome => ({
  ok: false,
  status: error.status,
  headers: error.headers,
  body: error.envelope,
});
