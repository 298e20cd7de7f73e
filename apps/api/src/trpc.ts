import {
  AppError,
  type Call,
  type CallRequest,
  type ErrorCode,
  type Outcome,
} from "@layers/contracts";
import { toTrpcErrorShape, trpcCodeOf } from "@layers/http-edge";
import { initTRPC, TRPCError } from "@trpc/server";
import type { BoundOperation } from "./execute.ts";

/** What the transport knows of a request; one request may hold several calls. */
export interface TrpcContext extends Omit<CallRequest, "name" | "input"> {
  /** Filled by the procedures, read when the answer is written. */
  readonly outcomes: Outcome[];
}

/** Carries a refusal through tRPC. */
class RefusedCall extends Error {
  readonly outcome: Extract<Outcome, { ok: false }>;
  constructor(outcome: Extract<Outcome, { ok: false }>) {
    super(outcome.body.error);
    this.outcome = outcome;
  }
}

/** tRPC's own refusals, by its names. Anything else is not the caller's fault. */
const ownErrors: Partial<Record<string, ErrorCode>> = {
  PARSE_ERROR: "BAD_REQUEST",
  BAD_REQUEST: "BAD_REQUEST",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
};

const t = initTRPC.context<TrpcContext>().create({
  isDev: false,
  errorFormatter({ error }) {
    if (error.cause instanceof RefusedCall) {
      const { status, body } = error.cause.outcome;
      return toTrpcErrorShape({ status, envelope: body });
    }
    return toTrpcErrorShape(new AppError(ownErrors[error.code] ?? "INTERNAL"));
  },
});

/** Puts a procedure over each operation; each is a thin shell around the pipeline. */
export function createTrpcRouter(bound: ReadonlyMap<string, BoundOperation>, call: Call) {
  const procedure = t.procedure.input((raw: unknown) => raw);
  const run = async ({ ctx, input, path }: { ctx: TrpcContext; input: unknown; path: string }) => {
    const outcome = await call({ ...ctx, name: path, input });
    ctx.outcomes.push(outcome);
    if (outcome.ok) return outcome.body;
    const refused = new RefusedCall(outcome);
    throw new TRPCError({
      code: toTrpcCode(outcome.status),
      message: refused.message,
      cause: refused,
    });
  };
  const procedures = [...bound].map(([name, { operation }]) => [
    name,
    operation.kind === "query" ? procedure.query(run) : procedure.mutation(run),
  ]);
  return t.router(nest(procedures as [string, never][]));
}

// Safe: the table's keys are tRPC's own names.
const toTrpcCode = (status: number) => trpcCodeOf(status).key as TRPCError["code"];

/** Turns `a.b` names into the tree that tRPC takes. */
function nest(entries: [string, never][]): Record<string, Record<string, never>> {
  const groups = Map.groupBy(entries, ([path]) => path.split(".", 1)[0] as string);
  return Object.fromEntries(
    [...groups].map(([group, members]) => [
      group,
      Object.fromEntries(members.map(([path, value]) => [path.slice(group.length + 1), value])),
    ]),
  );
}
