import type { HandlersFor } from "@layers/contracts";
import type { Principal } from "./keys/principal.ts";

/** What a handler knows about the call. */
export interface Context {
  readonly principal: Principal;
  readonly requestId: string;
  readonly remoteAddress: string;
}

/** The handlers of a contract, or of a part of one. */
export type Handlers<C> = HandlersFor<C, Context>;
