import { contract, type Operation, type OperationOutput } from "@layers/contracts";
import type { CallArguments } from "./call-options.ts";
import { mapOperations } from "./operation-tree.ts";
import { createRestCall, type LayersOptions } from "./rest.ts";

/** One method per operation, nested like the contract. */
export type LayersCalls<C> = {
  readonly [K in keyof C]: C[K] extends Operation
    ? (...args: CallArguments<C[K]>) => Promise<OperationOutput<C[K]>>
    : LayersCalls<C[K]>;
};

type ContractCalls = LayersCalls<typeof contract>;

/** Declares what the constructor assigns. Safe: it is made of the very contract that the type is. */
const ContractBase = Object as unknown as new () => ContractCalls;

/**
 * The service over REST: `layers.github.installUrl({ returnUrl })` and every other operation of the
 * contract.
 *
 * A call resolves to the success body and rejects with a `LayersError`, with the reason of its signal,
 * or with a `TypeError` when it cannot be sent at all. Bodies are not validated, so that a new field
 * or value never breaks an older client.
 */
export class Layers extends ContractBase {
  /** @throws TypeError for options that make no sense */
  constructor(options: LayersOptions) {
    super();
    Object.assign(this, mapOperations(contract, createRestCall(options)));
  }
}
