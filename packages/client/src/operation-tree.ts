import { type Contract, isOperation, type Operation } from "@layers/contracts";
import type { ReplayableCallOptions } from "./call-options.ts";

/** An operation's call before it has its types. */
export type Call = (input?: unknown, options?: ReplayableCallOptions) => Promise<unknown>;

/** A contract's shape with something else in the place of its operations. */
export interface OperationTree<T> {
  readonly [name: string]: T | OperationTree<T>;
}

/** Puts what `map` makes of each operation in its place. */
export function mapOperations<T>(
  contract: Contract,
  map: (operation: Operation, name: string) => T,
  prefix = "",
): OperationTree<T> {
  const entries = Object.entries(contract).map(([key, node]): [string, T | OperationTree<T>] => {
    const name = prefix + key;
    return [key, isOperation(node) ? map(node, name) : mapOperations(node, map, `${name}.`)];
  });
  return Object.fromEntries(entries);
}
