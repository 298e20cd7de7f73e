import { z } from "zod";
import { manager, partner } from "./access.ts";
import { query } from "./operation.ts";
import { Time } from "./values.ts";

/** One line of an organization's audit log. */
export const AuditEntry = z
  .object({
    id: z.string(),
    at: Time,
    actor: z
      .string()
      .describe("An API key's id, `user:<id>`, `github:<id>`, `operator` or `service`."),
    action: z.string().describe("Such as `installation.bind`."),
    target: z.string().describe("What it was done to."),
    requestId: z.string().nullable(),
    remoteAddress: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    sequence: z.int().describe("The line's place in the organization's log, from 1."),
    hash: z
      .string()
      .nullable()
      .describe(
        "SHA-256 in hex over this line and the hash of the one before it; null in lines older than the chain.",
      ),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z
  .object({
    items: z.array(AuditEntry),
    nextCursor: z.string().nullable().describe("Pass it as `cursor` for what is older."),
  })
  .meta({ id: "AuditPage" });
export type AuditPage = z.infer<typeof AuditPage>;

export const audit = {
  list: query({
    rest: "GET /v1/audit-log",
    summary: "List what was done in your organization, the newest first",
    description:
      "Lines are never changed or removed. Keep the newest `hash` somewhere else, and you can prove it.",
    access: { ...partner("org:admin"), ...manager },
    budget: "read",
    input: z.strictObject({
      cursor: z.string().min(1).max(200).optional(),
      limit: z.int().min(1).max(200).default(30),
    }),
    responses: { 200: AuditPage },
    errors: [],
  }),
};
