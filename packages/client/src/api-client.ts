import { contract, type Operation, type OperationOutput } from "@layers/contracts";
import {
  createTRPCUntypedClient,
  httpBatchLink,
  httpLink,
  splitLink,
  type Operation as TrpcCall,
} from "@trpc/client";
import type { ApiRouter } from "./api-router.ts";
import type { CallArguments } from "./call-options.ts";
import { type Fetch, platformFetch } from "./exchange.ts";
import { type Call, mapOperations, type OperationTree } from "./operation-tree.ts";
import { type PolicyOptions, toPolicy } from "./policy.ts";
import { run } from "./retry.ts";
import { toRunPolicy } from "./run-policy.ts";
import { fromTrpcError } from "./trpc-error.ts";
import { createTrpcFetch, type HeadersSource } from "./trpc-fetch.ts";

type ApiCalls<C> = {
  readonly [K in keyof C]: C[K] extends Operation
    ? {
        readonly [M in C[K] extends Operation<"query"> ? "query" : "mutate"]: (
          ...args: CallArguments<C[K]>
        ) => Promise<OperationOutput<C[K]>>;
      }
    : ApiCalls<C[K]>;
};

/** Every operation of the contract, called as in tRPC: `.query` to read, `.mutate` to write. */
export type ApiClient = ApiCalls<typeof contract>;

/** How to reach the service over tRPC. */
export interface ApiClientOptions extends PolicyOptions {
  /** The tRPC endpoint, absolute: `https://api.layers.com/trpc`, `new URL("/trpc", location.href)`. */
  readonly url: string | URL;
  /** Such as `{ Authorization: "Bearer lp_live_…" }`, or a function that gives them for each request. */
  readonly headers?: HeadersSource | undefined;
  /** Replaces the platform's `fetch`, for a proxy or a test. */
  readonly fetch?: Fetch | undefined;
}

// What the service takes: 10 calls in a batch, 8 KiB in a URL.
const maxBatchItems = 10;
const maxUrlLength = 8000;
const maxBatchedInputLength = 2000;

/**
 * Creates a client for the service over tRPC: `client.github.installUrl.query({ returnUrl })` and
 * every other operation of the contract. Calls made in the same tick share a request.
 *
 * Calls settle as those of `Layers` do, with the same `LayersError`.
 * @throws TypeError for options that make no sense
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const policy = toPolicy(options);
  const trpc = createTrpc(options);
  const toCall =
    (operation: Operation, name: string): Call =>
    async (input = {}, callOptions = {}) => {
      const { idempotencyKey } = callOptions;
      const runPolicy = toRunPolicy(policy, operation, callOptions);
      const send = operation.kind === "query" ? "query" : "mutation";
      return run(
        (signal) =>
          trpc[send](name, input, { signal, context: { idempotencyKey } }).catch(
            (error: unknown) => {
              throw fromTrpcError(error);
            },
          ),
        runPolicy,
      );
    };
  return asApiClient(
    mapOperations(contract, (operation, name) => ({
      [operation.kind === "query" ? "query" : "mutate"]: toCall(operation, name),
    })),
  );
}

function createTrpc({ url, headers = {}, fetch = platformFetch }: ApiClientOptions) {
  const common = { url: new URL(url), fetch: createTrpcFetch(fetch, headers) };
  const link = splitLink<ApiRouter>({
    condition: travelsAlone,
    true: httpLink({ ...common, headers: ({ op }) => idempotencyHeader(op) }),
    false: httpBatchLink({ ...common, maxItems: maxBatchItems, maxURLLength: maxUrlLength }),
  });
  return createTRPCUntypedClient<ApiRouter>({ links: [link] });
}

/** An Idempotency-Key belongs to one call, and one large input could fill a batch's URL by itself. */
const travelsAlone = ({ context, input }: TrpcCall): boolean =>
  context["idempotencyKey"] !== undefined || JSON.stringify(input).length > maxBatchedInputLength;

const idempotencyHeader = ({ context }: TrpcCall): Record<string, string> => {
  const key = context["idempotencyKey"];
  return typeof key === "string" ? { "Idempotency-Key": key } : {};
};

/** Safe: the tree is made of the very contract that the type is computed from. */
const asApiClient = (tree: OperationTree<Record<string, Call>>): ApiClient =>
  tree as unknown as ApiClient;
