import { z } from "zod";
import type { Access, Budget } from "./access.ts";
import type { ErrorCode } from "./errors.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Kind = "query" | "mutation";

/** Success bodies by HTTP status. */
export interface Responses {
  readonly [status: number]: z.ZodType;
}

/** The body of a 204. */
export const noContent = z.undefined();

/**
 * One operation, as data. The tRPC procedure, the REST route, the OpenAPI entry, the client's method,
 * the handler's type and the row in the authorization matrix all derive from it.
 */
export interface Operation<
  K extends Kind = Kind,
  I extends z.ZodObject = z.ZodObject,
  R extends Responses = Responses,
  A extends Access = Access,
> {
  readonly kind: K;
  /** The REST route, such as `GET /v1/jobs/{id}`. Each `{name}` is a key of `input`. */
  readonly rest: `${Method} /${string}`;
  /** Further paths of the same route. An input key that any path names comes from paths alone. */
  readonly alsoAt?: readonly `/${string}`[];
  readonly summary: string;
  readonly description?: string;
  readonly access: A;
  readonly budget: Budget;
  readonly input: I;
  /**
   * Where REST finds the input keys that the path does not name. By default the query for GET and
   * DELETE and the body for the rest; a DELETE that takes a secret says `body`.
   */
  readonly inputIn?: "query" | "body";
  /** The longest body in bytes, 64 KiB by default; no text in it is longer either. */
  readonly maxBodyBytes?: number;
  readonly responses: R;
  /** What can go wrong beyond what follows from the rest (`errorsOf`). */
  readonly errors: readonly ErrorCode[];
  /** Goes on while the service refuses everything else because it is overloaded. */
  readonly critical?: true;
  /** `ignored`: an Idempotency-Key has no effect, because the answer must never be replayed. */
  readonly idempotency?: "ignored";
  /**
   * GitHub's documentation of the route that this one stands in for. GitHub's own clients can then be
   * pointed at us: it is served under `/api/v3` too, lists have a `Link` header, reads an ETag, and
   * errors a `message` and a `documentation_url`.
   */
  readonly githubDocs?: `https://docs.github.com/${string}`;
}

/** A tree of operations. The path to one, joined by dots, is its tRPC procedure's name. */
export interface Contract {
  readonly [name: string]: Operation | Contract;
}

type Definition<I extends z.ZodObject, R extends Responses, A extends Access> = Omit<
  Operation<Kind, I, R, A>,
  "kind"
>;

/** The fields whose literal values decide types: what a client may pass along with a call. */
type Literals<D> = Pick<D, Extract<keyof D, "rest" | "idempotency">>;

/** Declares an operation that reads. */
export const query = <I extends z.ZodObject, R extends Responses, A extends Access, const D>(
  definition: D & Definition<I, R, A>,
): Operation<"query", I, R, A> & Literals<D> => ({ ...definition, kind: "query" });

/** Declares an operation that writes. */
export const mutation = <I extends z.ZodObject, R extends Responses, A extends Access, const D>(
  definition: D & Definition<I, R, A>,
): Operation<"mutation", I, R, A> & Literals<D> => ({ ...definition, kind: "mutation" });

export const isOperation = (node: Operation | Contract): node is Operation =>
  typeof node.kind === "string";

/** Lists a contract's operations with their names, such as `["keys.whoami", operation]`. */
export function* operations(contract: Contract, prefix = ""): Generator<[string, Operation]> {
  for (const [name, node] of Object.entries(contract)) {
    if (isOperation(node)) yield [prefix + name, node];
    else yield* operations(node, `${prefix}${name}.`);
  }
}

/** An operation's REST route in its parts. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  /** The names in braces. */
  readonly parameters: readonly string[];
  /** Where the other input keys are. */
  readonly inputIn: "query" | "body";
}

/** Reads an operation's route. */
export function routeOf(operation: Operation): Route {
  const [method, path] = operation.rest.split(" ") as [Method, string];
  const inputIn = operation.inputIn ?? (method === "GET" || method === "DELETE" ? "query" : "body");
  return { method, path, parameters: namesIn(path), inputIn };
}

type Path = Pick<Route, "path" | "parameters">;

/** Lists an operation's paths, the documented one first. */
export function pathsOf(operation: Operation): [Path, ...Path[]] {
  const toPath = (path: string): Path => ({ path, parameters: namesIn(path) });
  return [routeOf(operation), ...(operation.alsoAt ?? []).map(toPath)];
}

/** Lists an operation's routes: at each of its paths, and where GitHub's clients look for them. */
export function routesOf(operation: Operation): Route[] {
  const route = routeOf(operation);
  const prefixes = isGitHubCompatible(operation) ? ["", "/api/v3"] : [""];
  return pathsOf(operation).flatMap(({ path, parameters }) =>
    prefixes.map((prefix) => ({ ...route, path: prefix + path, parameters })),
  );
}

const namesIn = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

/** Whether the route stands in for one of GitHub's. */
export const isGitHubCompatible = ({ githubDocs }: Operation): boolean => githubDocs !== undefined;

/**
 * What an operation answers to an input that its schema refuses: 400 where only portal users call, as
 * their pages expect, 422 elsewhere.
 */
export function refusalOfInput({ access }: Operation): "INVALID_REQUEST" | "VALIDATION" {
  return access.partner || access.github ? "VALIDATION" : "INVALID_REQUEST";
}

const commonErrors: readonly ErrorCode[] = [
  "BAD_REQUEST",
  "UNAUTHENTICATED",
  "RATE_LIMITED",
  "INTERNAL",
  "UNAVAILABLE",
];

/** Every error code that an operation may answer, the ones that follow from its other fields too. */
export function errorsOf(operation: Operation): readonly ErrorCode[] {
  const { inputIn } = routeOf(operation);
  const { partner = [], portal, github } = operation.access;
  const derived: (ErrorCode | false)[] = [
    refusalOfInput(operation),
    partner.length > 0 && "FORBIDDEN_SCOPE",
    (portal ?? github) !== undefined && "FORBIDDEN",
    inputIn === "body" && "PAYLOAD_TOO_LARGE",
    inputIn === "body" && "UNSUPPORTED_MEDIA_TYPE",
    acceptsIdempotencyKey(operation) && "IDEMPOTENCY_CONFLICT",
  ];
  const all = [...commonErrors, ...derived.filter((code) => code !== false), ...operation.errors];
  return [...new Set(all)];
}

/** Whether an Idempotency-Key has an effect: on every POST whose answer may be replayed. */
export function acceptsIdempotencyKey(operation: Operation): boolean {
  return operation.rest.startsWith("POST /v1/") && operation.idempotency !== "ignored";
}
