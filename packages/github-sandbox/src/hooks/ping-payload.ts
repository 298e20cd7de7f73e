import { presentHook } from "../api/present/hook.ts";
import type { Deps } from "../deps.ts";
import { hookId } from "./delivery-headers.ts";

/** What GitHub sends to a webhook that somebody has just registered. */
export function pingPayload({ registration: { app }, urls }: Pick<Deps, "registration" | "urls">) {
  return {
    zen: "Speak like a human.",
    hook_id: hookId,
    hook: {
      type: "App",
      id: hookId,
      name: "web",
      active: true,
      events: app.events,
      config: presentHook(app.hook),
      created_at: app.createdAt,
      updated_at: app.createdAt,
      app_id: app.id,
      deliveries_url: `${urls().api}/app/hook/deliveries`,
    },
  };
}
