import { flushCompileCache } from "node:module";
import { openService, readEnv } from "@layers/api";
import { createEdgeApp, serve } from "@layers/http-edge";
import { docsRoutes, restRoutes } from "@layers/rest";

/** The service as it runs in production, API and REST in one process, and a way to hurry its maintenance. */
const env = readEnv(process.env);
const { api, log } = await openService(env);
const app = createEdgeApp(
  {
    allowedHosts: [new URL(env.PUBLIC_URL).host],
    routes: restRoutes({ call: api.call, publicUrl: env.PUBLIC_URL }),
    onError: (err, requestId) => log.error({ err, requestId }, "request failed"),
  },
  (express) => {
    api.mount(express);
    express.use(docsRoutes({ publicUrl: env.PUBLIC_URL }));
  },
);
await serve(app, { port: env.PORT, host: env.HOST });
// Node writes its cache when a process ends well, which this one never does.
flushCompileCache();

process.on("message", () => {
  api.maintain().then(
    () => process.send?.("maintained"),
    () => process.send?.("maintenance failed"),
  );
});
// Whoever started us is gone.
process.on("disconnect", () => process.exit());
