import { z } from "zod";

/** One of GitHub's numeric ids: an integer in 1 … 2^53-1. */
export const GithubId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** The simple name of a repository or its owner at GitHub: one part of a path, never `owner/name`. */
export const GitHubName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/)
  .refine((name) => name !== "." && name !== "..", "Has the wrong format.");

/** A time in UTC with milliseconds, such as `2026-04-18T19:29:09.000Z`. */
export const Time = z.iso
  .datetime({ precision: 3 })
  .meta({ examples: ["2026-04-18T19:29:09.000Z"] });

/** A time in UTC with microseconds, such as `2026-04-18T19:14:09.123456+00:00`. */
export const PreciseTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+00:00$/)
  .meta({ examples: ["2026-04-18T19:14:09.123456+00:00"] });

/** A `prefix_` + ULID identifier of ours. */
export const prefixedId = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`));
