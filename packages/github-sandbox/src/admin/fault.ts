import { z } from "zod";

const match = z.strictObject({
  /** Any method when absent. */
  method: z.string().toUpperCase().optional(),
  /** Pathname, exact or with `*` for any text; with or without `/api/v3`. Any path when absent. */
  path: z.string().startsWith("/").optional(),
});

const common = {
  match: match.default({}),
  /** How many requests it hits before it is spent; unlimited when absent. */
  times: z.int().positive().optional(),
};

const headers = z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[^\r\n]*$/)).optional();
const status = z.int().min(200).max(599);
const limited = z.union([z.literal(403), z.literal(429)]).default(403);
/** Seconds; no such header when absent. */
const retryAfter = z.int().positive().optional();

/** A trouble made on purpose. */
export const Fault = z.discriminatedUnion("kind", [
  /** Answers as ever, later. */
  z.strictObject({ ...common, kind: z.literal("latency"), ms: z.int().min(0).max(600_000) }),
  /** Answers with a status and GitHub's error body instead. */
  z.strictObject({ ...common, kind: z.literal("status"), status, headers }),
  /** Never answers. */
  z.strictObject({ ...common, kind: z.literal("hang") }),
  /** Cuts the connection. */
  z.strictObject({ ...common, kind: z.literal("reset") }),
  /** Refuses an API call because its caller's hour is used up, 403 by default. */
  z.strictObject({ ...common, kind: z.literal("primary-limit"), status: limited, retryAfter }),
  /** Refuses an API call because too much comes at once, 403 by default. */
  z.strictObject({ ...common, kind: z.literal("secondary-limit"), status: limited, retryAfter }),
  /** Refuses an installation token for so long after its minting: 401, or 403 when it was narrowed. */
  z.strictObject({ ...common, kind: z.literal("replica-lag"), ms: z.int().positive() }),
  /** Answers with a page, as a load balancer in trouble does; 502 when there is no status. */
  z.strictObject({ ...common, kind: z.literal("html"), status: status.default(502), headers }),
]);

/** A fault as it is handed in: `match` may be left out. */
export type FaultInput = z.input<typeof Fault>;
export type Fault = z.output<typeof Fault>;

/** One fault, or a list of them; an empty list clears all. */
export const Faults = z.union([Fault.transform((fault) => [fault]), z.array(Fault)]);
