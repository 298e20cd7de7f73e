import { z } from "zod";
import { GrantedScope, partner, Tier } from "./access.ts";
import { query } from "./operation.ts";
import { prefixedId } from "./values.ts";

/** The environment that a deployment serves, and the middle part of its keys: `lp_live_…`. */
export const KeyEnv = z.enum(["live", "test"]).meta({ id: "KeyEnv" });
export type KeyEnv = z.infer<typeof KeyEnv>;

/** What an API key is and may do. */
export const ApiKey = z
  .object({
    organizationId: prefixedId("org"),
    organizationName: z.string(),
    apiKeyId: prefixedId("key"),
    env: KeyEnv,
    scopes: z.array(GrantedScope),
    tier: Tier,
    allowedReturnDomains: z.array(z.string()),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;

export const keys = {
  whoami: query({
    rest: "GET /v1/whoami",
    summary: "Describe the API key that you call with",
    access: partner(),
    budget: "read",
    input: z.strictObject({}),
    responses: { 200: ApiKey },
    errors: [],
  }),
};
