import { z } from "zod";

const common = {
  /** Any event and any action when absent. */
  match: z
    .strictObject({ event: z.string().optional(), action: z.string().optional() })
    .default({}),
  /** How many deliveries it hits before it is spent; unlimited when absent. */
  times: z.int().positive().optional(),
  /** How many of a hundred it hits: all when absent. */
  percent: z.number().positive().max(100).default(100),
  /** The same seed makes the same choices. */
  seed: z.int().nonnegative().default(1),
};

/** A trouble made on purpose between the App's webhook and its receiver. */
export const HookFault = z.discriminatedUnion("kind", [
  /** Lost: not sent, and not in the log. */
  z.strictObject({ ...common, kind: z.literal("drop") }),
  /** In the log as answered by 500, and not sent. */
  z.strictObject({ ...common, kind: z.literal("fail") }),
  /** Sent later; what comes after it may be sooner. */
  z.strictObject({ ...common, kind: z.literal("delay"), ms: z.int().positive().max(600_000) }),
  /** Sent twice, with the same GUID. */
  z.strictObject({ ...common, kind: z.literal("double") }),
  /** Held until there are so many, then sent one after another in another order. */
  z.strictObject({ ...common, kind: z.literal("reorder"), count: z.int().min(2).max(1000) }),
  /** Signed with a secret that nobody has. */
  z.strictObject({ ...common, kind: z.literal("corrupt") }),
]);

/** A fault as it is handed in: all but the kind may be left out, but for `ms` and `count`. */
export type HookFaultInput = z.input<typeof HookFault>;
export type HookFault = z.output<typeof HookFault>;

/** One fault, or a list of them; an empty list clears all. */
export const HookFaults = z.union([HookFault.transform((fault) => [fault]), z.array(HookFault)]);
