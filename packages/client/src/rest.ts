import type { Operation } from "@layers/contracts";
import { toLayersError } from "./envelope.ts";
import { exchange, type Fetch, platformFetch } from "./exchange.ts";
import type { Call } from "./operation-tree.ts";
import { type PolicyOptions, toPolicy } from "./policy.ts";
import { toRestRequest } from "./rest-request.ts";
import { run } from "./retry.ts";
import { toRunPolicy } from "./run-policy.ts";

/** How to reach the service over REST. */
export interface LayersOptions extends PolicyOptions {
  /**
   * Such as `lp_live_…`, or a function that gives one for each try, so that keys can be rotated. Sent
   * in the `Authorization` header, to `baseUrl` alone.
   */
  readonly apiKey: string | (() => string | Promise<string>);
  /** `https://api.layers.com` by default. May have a path, which then precedes every route. */
  readonly baseUrl?: string | URL | undefined;
  /** Replaces the platform's `fetch`, for a proxy or a test. */
  readonly fetch?: Fetch | undefined;
}

/**
 * Creates the one function behind every method of `Layers`.
 * @throws TypeError for options that make no sense
 */
export function createRestCall(options: LayersOptions): (operation: Operation) => Call {
  const { apiKey, baseUrl = "https://api.layers.com", fetch = platformFetch } = options;
  const base = toBase(baseUrl);
  const policy = toPolicy(options);
  if (typeof apiKey !== "function") toAuthorization(apiKey);

  return (operation) =>
    async (input, callOptions = {}) => {
      const runPolicy = toRunPolicy(policy, operation, callOptions);
      const { method, target, body } = toRestRequest(operation, input);
      return run(async (signal) => {
        const key = typeof apiKey === "function" ? await apiKey() : apiKey;
        const headers = new Headers({
          Accept: "application/json",
          Authorization: toAuthorization(key),
        });
        if (body !== undefined) headers.set("Content-Type", "application/json");
        if (callOptions.idempotencyKey) headers.set("Idempotency-Key", callOptions.idempotencyKey);
        const url = base + target;
        const answer = await exchange(fetch, { url, method, headers, signal, body: body ?? null });
        if (answer.status >= 400) throw toLayersError(answer);
        return answer.body;
      }, runPolicy);
    };
}

function toBase(baseUrl: string | URL): string {
  const { origin, pathname, protocol } = new URL(baseUrl);
  if (protocol !== "https:" && protocol !== "http:")
    throw new TypeError("baseUrl must begin with https:// or http://.");
  return origin + pathname.replace(/\/+$/, "");
}

/** Checks the key itself, because `Headers` would quote it in its error. */
function toAuthorization(apiKey: string): string {
  if (typeof apiKey !== "string" || !/^[\x21-\x7e]+$/.test(apiKey))
    throw new TypeError("apiKey must be printable ASCII characters without spaces.");
  return `Bearer ${apiKey}`;
}
