import { z } from "zod";
import { baseUrl, list } from "./env-values.ts";
import type { IssuerConfig } from "./sessions/portal-config.ts";

const issuer = z.string().min(1).max(1000);
const Issuer = z.union([
  z.strictObject({ issuer, jwksUrl: baseUrl }),
  z.strictObject({ issuer, secret: z.string().refine((text) => Buffer.byteLength(text) >= 32) }),
]);

const Issuers = z
  .array(Issuer)
  .refine((all) => new Set(all.map((each) => each.issuer)).size === all.length);

/** A list in JSON. What is wrong with it is not told in detail: it may hold secrets. */
export const portalIssuers = z
  .string()
  .default("[]")
  .transform((text, context): readonly IssuerConfig[] => {
    try {
      return Issuers.parse(JSON.parse(text));
    } catch {
      const message =
        "expected a JSON list of issuers, each once, each with `issuer` and either `jwksUrl` (https:) or `secret` (32 bytes or more)";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  });

/** What browsers send as `Origin`: in lower case, without a path, without a default port. */
export const portalOrigins = list.refine(
  (origins) =>
    origins.every(
      (origin) => baseUrl.safeParse(origin).success && new URL(origin).origin === origin,
    ),
  { error: "expected origins such as https://portal.example.com, without a path" },
);

/** Whether the secret is the one that Supabase's documentation and local set-up have. */
export const isWellKnownSecret = (config: IssuerConfig): boolean =>
  "secret" in config && config.secret === "super-secret-jwt-token-with-at-least-32-characters-long";
