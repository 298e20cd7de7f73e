import { asAnyone, asApp } from "../callers.ts";
import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { notFound } from "../github-error.ts";
import { presentApp } from "../present/app.ts";

export const appEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /app",
    docs: "apps/apps#get-the-authenticated-app",
    caller: asApp,
    handle: () =>
      ok({ ...presentApp(api), installations_count: api.world.installations.listAll().length }),
  }),
  endpoint({
    route: "GET /apps/:app_slug",
    docs: "apps/apps#get-an-app",
    caller: asAnyone,
    handle({ param }) {
      if (param("app_slug") !== api.registration.app.slug) throw notFound();
      return ok(presentApp(api));
    },
  }),
];
