import type { HookDelivery } from "../../world/model.ts";
import { asApp } from "../callers.ts";
import { paginateByCursor } from "../cursor.ts";
import { type Api, type Call, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { presentDelivery, presentDeliveryItem } from "../present/hook-delivery.ts";
import { invalidField } from "../request-fields.ts";

/** @throws {GitHubError} 404 for one that is not in the log, or not any more. */
function requireDelivery({ hooks }: Api, { param }: Call<unknown>): HookDelivery {
  const delivery = hooks.log.byId(param("delivery_id"));
  if (!delivery) throw notFound();
  return delivery;
}

/** GitHub takes every answer below 400 for a success. @throws {GitHubError} 422 */
function withStatus(status: string | null): (delivery: HookDelivery) => boolean {
  if (status === null || status === "") return () => true;
  if (status === "success") return ({ statusCode }) => statusCode < 400;
  if (status === "failure") return ({ statusCode }) => statusCode >= 400;
  throw invalidField("status", status, "a member of [success, failure]");
}

export const hookDeliveryEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /app/hook/deliveries",
    docs: "apps/webhooks#list-deliveries-for-an-app-webhook",
    caller: asApp,
    handle({ path, query }) {
      const all = api.hooks.log.list().filter(withStatus(query.get("status")));
      const page = paginateByCursor(all, { path, query, apiUrl: api.urls().api });
      return ok(page.items.map(presentDeliveryItem), page.headers);
    },
  }),
  endpoint({
    route: "GET /app/hook/deliveries/:delivery_id",
    docs: "apps/webhooks#get-a-delivery-for-an-app-webhook",
    caller: asApp,
    handle: (call) => ok(presentDelivery(requireDelivery(api, call))),
  }),
  endpoint({
    route: "POST /app/hook/deliveries/:delivery_id/attempts",
    docs: "apps/webhooks#redeliver-a-delivery-for-an-app-webhook",
    caller: asApp,
    handle(call) {
      if (!api.hooks.redeliver(requireDelivery(api, call)))
        throw new GitHubError(422, "The App has no webhook to deliver to.");
      return { status: 202, body: {} };
    },
  }),
];
