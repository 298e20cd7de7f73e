import type { z } from "zod";
import type { Sealer } from "./sealer.ts";

/** Seals what a cookie carries; what was not sealed by us for this purpose opens to undefined. */
export function cookieCodec<T>(sealer: Sealer, purpose: string, schema: z.ZodType<T>) {
  return {
    write: (value: T): string => sealer.seal(JSON.stringify(value), purpose).toString("base64url"),
    read(text: string | undefined): T | undefined {
      if (text === undefined) return undefined;
      try {
        const opened = sealer.open(Buffer.from(text, "base64url"), purpose);
        return schema.parse(JSON.parse(opened));
      } catch {
        return undefined;
      }
    },
  };
}
