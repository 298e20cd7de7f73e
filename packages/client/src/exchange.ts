import { type Answer, badResponse } from "./envelope.ts";
import { LayersError } from "./layers-error.ts";
import { redactError, secretsIn } from "./redact.ts";

/** What a client needs of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The platform's `fetch`, looked up at each call so that one replaced later (in tests) is used. */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** A request whose answer is JSON. */
export interface Outgoing extends RequestInit {
  readonly url: string;
  readonly headers: Headers;
}

/**
 * Sends a request and reads the whole answer, success or refusal. Redirects are not followed: the
 * credential must not reach another origin.
 * @throws LayersError `NETWORK_ERROR` or `BAD_RESPONSE`
 */
export async function exchange(fetch: Fetch, { url, ...init }: Outgoing): Promise<Answer> {
  const orNetworkError = <T>(promise: Promise<T>): Promise<T> =>
    promise.catch((error: unknown) => {
      const cause = redactError(error, secretsIn(init.headers));
      throw new LayersError("The service could not be reached.", { code: "NETWORK_ERROR", cause });
    });
  const response = await orNetworkError(fetch(url, { ...init, redirect: "manual" }));
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400))
    throw badResponse(response, "is a redirect, which is never followed");
  const text = await orNetworkError(response.text());
  return { status: response.status, headers: response.headers, body: parse(response, text) };
}

function parse(response: Response, text: string): unknown {
  if (response.status === 204) return undefined;
  const body = parseJson(text);
  if (typeof body !== "object" || body === null)
    throw badResponse(response, "is not a JSON object");
  return body;
}

/** Says nothing about why: the parser's own error quotes the text, which may hold a token. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
