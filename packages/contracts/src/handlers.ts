import type { z } from "zod";
import type { CallerKind } from "./access.ts";
import type { Operation, Responses } from "./operation.ts";
import type { Page } from "./page.ts";

type Statuses<R extends Responses> = keyof R & number;

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;

/**
 * What a handler returns: the bare body, or a page of it, or `{ status, body }` where there are several
 * outcomes.
 */
export type HandlerResult<R extends Responses> =
  IsUnion<Statuses<R>> extends true
    ? { [S in Statuses<R>]: { readonly status: S; readonly body: z.input<R[S]> } }[Statuses<R>]
    : z.input<R[Statuses<R>]> | Page<z.input<R[Statuses<R>]>>;

/** A success body as a caller receives it. */
export type ResponseBody<R extends Responses> = z.output<R[Statuses<R>]>;

/** What a caller sends: defaults may be left out. */
export type OperationInput<O extends Operation> = z.input<O["input"]>;

/** What a caller gets on success. */
export type OperationOutput<O extends Operation> = ResponseBody<O["responses"]>;

/**
 * One async function per operation, nested like the contract. It gets the contexts of the callers that
 * the operation takes.
 */
export type HandlersFor<C, Contexts extends Record<CallerKind, unknown>> = {
  readonly [K in keyof C]: C[K] extends Operation<infer _Kind, infer I, infer R, infer A>
    ? (request: {
        readonly context: Contexts[keyof A & CallerKind];
        readonly input: z.output<I>;
      }) => Promise<HandlerResult<R>>
    : HandlersFor<C[K], Contexts>;
};
