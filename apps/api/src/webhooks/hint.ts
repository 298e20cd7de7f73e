import { z } from "zod";

/**
 * What a webhook says that we use. It says where to look, never what is there: each value is still as it
 * came, and is checked by whoever uses it.
 */
export const Hint = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type Hint = z.infer<typeof Hint>;

/** A number or a short text; null for anything else, so that a hint stays small. */
const Value = z
  .union([z.number(), z.string().max(100)])
  .nullable()
  .catch(null);

const Person = z.object({ id: Value, login: Value }).nullish().catch(null);
const Installation = z
  .object({ id: Value, account: z.object({ id: Value }).nullish().catch(null) })
  .nullish()
  .catch(null);

const Body = z.object({
  action: Value,
  installation: Installation,
  sender: Person,
  requester: Person,
});

/** Takes from a webhook's body what we use; undefined when it is no JSON object. */
export function readHint(event: string, body: Buffer): Hint | undefined {
  const { data } = Body.safeParse(parse(body));
  if (!data) return undefined;
  const { action, installation, sender, requester } = data;
  return {
    event,
    action,
    installationId: installation?.id ?? null,
    accountId: installation?.account?.id ?? null,
    senderId: sender?.id ?? null,
    senderLogin: sender?.login ?? null,
    requesterId: requester?.id ?? null,
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
