import { asAnyone } from "../callers.ts";
import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import type { RateLimit } from "../rate-limits.ts";
import { supportedVersions } from "../versions.ts";

const resources = ["search", "graphql", "integration_manifest"] as const;
const otherLimits: Record<(typeof resources)[number], number> = {
  search: 30,
  graphql: 5_000,
  integration_manifest: 5_000,
};

export const metaEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /rate_limit",
    docs: "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user",
    caller: asAnyone,
    handle({ rateLimit, version }) {
      const core = { ...rateLimit, resource: "core" };
      const others = resources.map((resource) => [
        resource,
        { ...untouched(otherLimits[resource], rateLimit), resource },
      ]);
      const body = { resources: { core, ...Object.fromEntries(others) } };
      return ok(version === "2022-11-28" ? { ...body, rate: core } : body);
    },
  }),
  endpoint({
    route: "GET /versions",
    docs: "meta/meta#get-all-api-versions",
    caller: asAnyone,
    handle: () => ok(supportedVersions(api)),
  }),
];

const untouched = (limit: number, { reset }: RateLimit): RateLimit => ({
  limit,
  used: 0,
  remaining: limit,
  reset,
});
