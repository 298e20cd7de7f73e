import type {
  contract,
  ErrorEnvelope,
  Operation,
  OperationInput,
  OperationOutput,
} from "@layers/contracts";
import type {
  TRPCBuiltRouter,
  TRPCDefaultErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
} from "@trpc/server";
import type { IsOptional } from "./call-options.ts";

/** An input whose keys are all optional may be left out. */
type ProcedureInput<O extends Operation> =
  | OperationInput<O>
  | (IsOptional<OperationInput<O>> extends true ? undefined : never);

interface Definition<O extends Operation> {
  input: ProcedureInput<O>;
  output: OperationOutput<O>;
  meta: unknown;
}

type Procedures<C> = {
  [K in keyof C]: C[K] extends Operation
    ? C[K] extends Operation<"query">
      ? TRPCQueryProcedure<Definition<C[K]>>
      : TRPCMutationProcedure<Definition<C[K]>>
    : Procedures<C[K]>;
};

type DefaultData = TRPCDefaultErrorShape["data"];

/** The service's tRPC error: the envelope beside tRPC's own fields. */
export interface ApiErrorShape extends TRPCDefaultErrorShape {
  data: DefaultData & { envelope: ErrorEnvelope };
}

/**
 * The tRPC router's type, computed from the contract, for tRPC's own tools such as
 * `createTRPCReact<ApiRouter>()`. Errors are then tRPC's, with the envelope in `data.envelope`.
 */
export type ApiRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ApiErrorShape; transformer: false },
  Procedures<typeof contract>
>;
