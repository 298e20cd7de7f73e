import {
  AppError,
  type Call,
  type CallRequest,
  type Contract,
  errorMap,
  type Operation,
  type Outcome,
  operations,
  Page,
  refusalOfInput,
  toGitHubEnvelope,
  toIssues,
} from "@layers/contracts";

import type { Budgets } from "./budgets/budgets.ts";
import type { Authenticate } from "./callers/authenticate.ts";
import type { Authorize } from "./callers/authorize.ts";
import type { Identity } from "./callers/principal.ts";
import type { Context, Handlers } from "./context.ts";
import { toAnswer } from "./errors.ts";
import { withDeadline } from "./github/deadline.ts";
import type { Idempotency } from "./idempotency.ts";
import type { Admission } from "./load/admission.ts";
import type { Log } from "./log.ts";

export interface PipelineDeps {
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  readonly budgets: Budgets;
  readonly admission: Admission;
  readonly idempotency: Idempotency;
  readonly log: Log;
}

type Handler = (request: { context: Context; input: unknown }) => Promise<unknown>;

/** An operation with the code that answers it. */
export interface BoundOperation {
  readonly name: string;
  readonly operation: Operation;
  readonly handler: Handler;
  /** Checks what the handler returned against the contract; what the contract does not name is dropped. */
  readonly toSuccess: (result: unknown) => Success;
}

/** A success, before the headers that every answer carries. */
export interface Success {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Pairs each operation with its handler. A missing or mistyped handler does not compile. */
export function bindHandlers<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
): Map<string, BoundOperation> {
  const bound = [...operations(contract)].map(([name, operation]) => {
    const found = name
      .split(".")
      .reduce<unknown>((node, key) => Reflect.get(Object(node), key), handlers);
    // Safe: `handlers` is checked against `contract` in the signature above.
    const handler = found as Handler;
    return [name, { name, operation, handler, toSuccess: createToSuccess(operation) }] as const;
  });
  return new Map(bound);
}

/**
 * The one pipeline over every operation, whichever transport it came by: authenticate, authorize, budget,
 * parse, admission, idempotency, handler, parse. Never rejects.
 */
export function createExecute(bound: Map<string, BoundOperation>, deps: PipelineDeps): Call {
  return async (request) => {
    const call: RunningCall = { request, headers: {} };
    const target = bound.get(request.name);
    try {
      if (!target) throw new AppError("NOT_FOUND");
      const identity = await deps.authenticate(request, target.operation);
      const { status, body, headers } = await run(call, { target, identity, deps });
      return { ok: true, status, body, headers: { ...call.headers, ...headers } };
    } catch (thrown) {
      return refuse(thrown, { call, target, log: deps.log });
    }
  };
}

interface RunningCall {
  readonly request: CallRequest;
  /** What is sent however the call ends. */
  headers: Readonly<Record<string, string>>;
}

interface Admitted {
  readonly target: BoundOperation;
  readonly identity: Identity;
  readonly deps: PipelineDeps;
}

function run(call: RunningCall, { target, identity, deps }: Admitted): Promise<Success> {
  const { operation, handler, toSuccess } = target;
  const { request } = call;
  const { holder, tier } = identity;
  const account = { holder, tier, budget: operation.budget };
  const principal = deps.authorize(identity, operation, request.headers);
  if (principal instanceof AppError) {
    call.headers = deps.budgets.headers(account);
    throw principal;
  }
  call.headers = deps.budgets.charge(account);
  const input = parseInput(operation, request.input);
  const { requestId, remoteAddress } = request;
  const context: Context = { principal, requestId, remoteAddress };
  const applicant = { holder, tier, critical: operation.critical === true };
  return deps.admission.run(applicant, () =>
    deps.idempotency({ target, request, principal, input }, async () =>
      toSuccess(await withDeadline(() => handler({ context, input }), requestId)),
    ),
  );
}

function parseInput(operation: Operation, input: unknown): unknown {
  const parsed = operation.input.safeParse(input ?? {}, { error: errorMap });
  if (parsed.success) return parsed.data;
  throw new AppError(refusalOfInput(operation), { issues: toIssues(parsed.error) });
}

function createToSuccess({ responses }: Operation): BoundOperation["toSuccess"] {
  const [only, ...others] = Object.entries(responses);
  if (only && others.length === 0) {
    const [status, schema] = [Number(only[0]), only[1]];
    return (result) =>
      result instanceof Page
        ? { status, body: schema.parse(result.body), ...(result.link && linkTo(result.link)) }
        : { status, body: schema.parse(result) };
  }
  return (result) => {
    const { status, body } = result as { status: number; body: unknown };
    const schema = responses[status];
    if (!schema) throw new Error(`The operation has no response ${status}.`);
    return { status, body: schema.parse(body) };
  };
}

const linkTo = (link: string) => ({ headers: { Link: link } });

interface Refused {
  readonly call: RunningCall;
  readonly target: BoundOperation | undefined;
  readonly log: Log;
}

function refuse(thrown: unknown, { call, target, log }: Refused): Outcome {
  const { request, headers } = call;
  const { githubDocs } = target?.operation ?? {};
  const error = toAnswer(thrown, githubDocs !== undefined);
  if (error.status >= 500)
    log.error({ requestId: request.requestId, code: error.code, err: error.cause }, "call failed");
  return {
    ok: false,
    status: error.status,
    headers: { ...headers, ...error.headers },
    body: githubDocs ? toGitHubEnvelope(error, githubDocs) : error.envelope,
  };
}
