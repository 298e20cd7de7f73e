import type { HandlersFor } from "@layers/contracts";
import type { Principal, Principals } from "./callers/principal.ts";

/** What a handler knows about the call. */
export interface Context<P extends Principal = Principal> {
  readonly principal: P;
  readonly requestId: string;
  readonly remoteAddress: string;
}

/** A call on behalf of one organization. */
export type TenantContext = Context<Principals["partner" | "portal"]>;

type Contexts = { readonly [K in keyof Principals]: Context<Principals[K]> };

/** The handlers of a contract, or of a part of one. Each gets the callers that its operation takes. */
export type Handlers<C> = HandlersFor<C, Contexts>;
