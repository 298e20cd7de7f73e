import { type HandlerResult, Page, type Responses } from "@layers/contracts";
import type { Answered } from "./relay.ts";

/** GitHub's success as what the operation's handler returns. */
// Safe: the body was read with the operation's own schema for that status.
export const toResult = <R extends Responses>(
  { responses }: { readonly responses: R },
  { status, body, link }: Answered,
): HandlerResult<R> =>
  (Object.keys(responses).length > 1 ? { status, body } : new Page(body, link)) as HandlerResult<R>;
