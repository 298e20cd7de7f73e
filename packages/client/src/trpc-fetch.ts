import { type Answer, asEnvelope, badResponse, isRecord, toLayersError } from "./envelope.ts";
import { exchange, type Fetch } from "./exchange.ts";

/** Headers by name. */
export type HeaderValues = Headers | Readonly<Record<string, string>>;

/** Headers, or a function that gives them for each HTTP request. */
export type HeadersSource = HeaderValues | (() => HeaderValues | Promise<HeaderValues>);

/** What a tRPC link needs of a response; `answer` comes back in the `meta` of a tRPC error. */
export interface TrpcResponse {
  readonly ok: boolean;
  readonly answer: Answer;
  json(): Promise<unknown>;
}

interface TrpcRequestInit extends Omit<RequestInit, "signal"> {
  readonly signal?: AbortSignal | null | undefined;
}

/** The `fetch` for tRPC's links: adds the headers and lets nothing through that is not tRPC's. */
export function createTrpcFetch(fetch: Fetch, source: HeadersSource) {
  return async (url: string, init: TrpcRequestInit = {}): Promise<TrpcResponse> => {
    const headers = toHeaders(typeof source === "function" ? await source() : source);
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const answer = await exchange(fetch, { ...init, url, headers, signal: init.signal ?? null });
    if (asEnvelope(answer.body)) throw toLayersError(answer);
    if (!isTrpcBody(answer.body, url)) throw badResponse(answer, "is not tRPC's");
    return { ok: answer.status < 400, answer, json: async () => answer.body };
  };
}

/** Says nothing of the values: `Headers` would quote them in its error. */
function toHeaders(init: HeaderValues): Headers {
  try {
    return new Headers(init);
  } catch {
    throw new TypeError("headers has a name or a value that HTTP does not allow.");
  }
}

/**
 * A result or an error for each call, or one error for all. The calls are counted in the URL, such as
 * `…/trpc/github.getInstallation,keys.whoami?batch=1`.
 */
function isTrpcBody(body: unknown, url: string): boolean {
  const { pathname, searchParams } = new URL(url);
  const batched = searchParams.has("batch");
  if (Array.isArray(body))
    return batched && body.length === pathname.split(",").length && body.every(hasOutcome);
  return batched ? isRecord(body) && isRecord(body["error"]) : hasOutcome(body);
}

const hasOutcome = (item: unknown): boolean =>
  isRecord(item) && (isRecord(item["error"]) || isRecord(item["result"]));
