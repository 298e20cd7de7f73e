import { parseJson } from "@layers/http-edge";
import { z } from "zod";

/** What a token says of itself, before anybody has checked who says it. */
export interface ClaimedToken {
  readonly issuer: string;
  readonly userId: string;
}

const maxTokenLength = 8192;
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Headers that would name the key, or change how the token is read. */
const mustBeAbsent = ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"];

const Header = z
  .looseObject({
    alg: z.string(),
    typ: z
      .string()
      .regex(/^(?:application\/)?(?:at\+)?jwt$/i)
      .optional(),
    kid: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/)
      // Such as `constructor`.
      .refine((kid) => !(kid in {}))
      .optional(),
  })
  .refine((header) => mustBeAbsent.every((name) => !Object.hasOwn(header, name)));

const Claims = z.looseObject({
  iss: z.string(),
  sub: z.guid(),
  role: z
    .string()
    .refine((role) => role !== "anon" && role !== "service_role")
    .nullish(),
  is_anonymous: z.literal(false).nullish(),
});

/**
 * Reads a token strictly: its length, three segments, base64url without padding, JSON without a key
 * twice, and of a person. Undefined when it is none that we take, whoever signed it.
 */
export function readTokenText(text: string): ClaimedToken | undefined {
  if (text.length > maxTokenLength || !compact.test(text)) return undefined;
  const [header = "", payload = ""] = text.split(".");
  try {
    Header.parse(decode(header));
    const { iss, sub } = Claims.parse(decode(payload));
    return { issuer: iss, userId: sub.toLowerCase() };
  } catch {
    return undefined;
  }
}

const decode = (segment: string): unknown => parseJson(Buffer.from(segment, "base64url"));
