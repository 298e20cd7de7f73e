import type { contract, enterprisePlans } from "@layers/contracts";
import { actorOf } from "../audit.ts";
import type { Handlers } from "../context.ts";
import type { Planning } from "./planning.ts";

type Plans = Pick<Handlers<typeof contract.enterprise>, keyof typeof enterprisePlans>;

/** Plans of enterprises, as partners ask for them. */
export const createPlans = ({ planning }: { readonly planning: Planning }): Plans => ({
  plan: ({ context, input: { enterprise, ...wanted } }) =>
    planning.make(actorOf(context), enterprise, wanted),
  apply: ({ context, input }) => planning.apply(actorOf(context), input),
  getPlan: ({ context, input }) => planning.show(context.principal.organizationId, input),
});
