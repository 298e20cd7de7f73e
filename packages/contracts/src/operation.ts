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
> {
  readonly kind: K;
  /** The REST route, such as `GET /v1/jobs/{id}`. Each `{name}` is a key of `input`. */
  readonly rest: `${Method} /${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly budget: Budget;
  readonly input: I;
  /**
   * Where REST finds the input keys that the path does not name. By default the query for GET and
   * DELETE and the body for the rest; a DELETE that takes a secret says `body`.
   */
  readonly inputIn?: "query" | "body";
  readonly responses: R;
  /** What can go wrong beyond what follows from the rest (`errorsOf`). */
  readonly errors: readonly ErrorCode[];
  /** Goes on while the service refuses everything else because it is overloaded. */
  readonly critical?: true;
  /** `ignored`: an Idempotency-Key has no effect, because the answer must never be replayed. */
  readonly idempotency?: "ignored";
}

/** A tree of operations. The path to one, joined by dots, is its tRPC procedure's name. */
export interface Contract {
  readonly [name: string]: Operation | Contract;
}

type Definition<I extends z.ZodObject, R extends Responses> = Omit<Operation<Kind, I, R>, "kind">;

/** The fields whose literal values decide types: what a client may pass along with a call. */
type Literals<D> = Pick<D, Extract<keyof D, "rest" | "idempotency">>;

/** Declares an operation that reads. */
export const query = <I extends z.ZodObject, R extends Responses, const D>(
  definition: D & Definition<I, R>,
): Operation<"query", I, R> & Literals<D> => ({ ...definition, kind: "query" });

/** Declares an operation that writes. */
export const mutation = <I extends z.ZodObject, R extends Responses, const D>(
  definition: D & Definition<I, R>,
): Operation<"mutation", I, R> & Literals<D> => ({ ...definition, kind: "mutation" });

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
  return {
    method,
    path,
    parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string),
    inputIn: operation.inputIn ?? (method === "GET" || method === "DELETE" ? "query" : "body"),
  };
}

const commonErrors: readonly ErrorCode[] = [
  "BAD_REQUEST",
  "UNAUTHENTICATED",
  "VALIDATION",
  "RATE_LIMITED",
  "INTERNAL",
  "UNAVAILABLE",
];

/** Every error code that an operation may answer, the ones that follow from its other fields too. */
export function errorsOf(operation: Operation): readonly ErrorCode[] {
  const { inputIn } = routeOf(operation);
  const derived: (ErrorCode | false)[] = [
    operation.access.anyOf.length > 0 && "FORBIDDEN_SCOPE",
    inputIn === "body" && "PAYLOAD_TOO_LARGE",
    inputIn === "body" && "UNSUPPORTED_MEDIA_TYPE",
    acceptsIdempotencyKey(operation) && "IDEMPOTENCY_CONFLICT",
  ];
  return [...commonErrors, ...derived.filter((code) => code !== false), ...operation.errors];
}

/** Whether an Idempotency-Key has an effect: on every POST whose answer may be replayed. */
export function acceptsIdempotencyKey(operation: Operation): boolean {
  return operation.rest.startsWith("POST /v1/") && operation.idempotency !== "ignored";
}
