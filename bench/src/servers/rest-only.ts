// Our edge and REST routes over a call that answers a constant: what HTTP alone costs us.
import type { Outcome } from "@layers/contracts";
import { createEdgeApp, serve } from "@layers/http-edge";
import { restRoutes } from "@layers/rest";

const { BODY = "", PORT, PUBLIC_URL = "" } = process.env;
const outcome: Outcome = { ok: true, status: 200, headers: {}, body: JSON.parse(BODY) };

const app = createEdgeApp({
  allowedHosts: [new URL(PUBLIC_URL).host],
  routes: restRoutes({ call: () => Promise.resolve(outcome), publicUrl: PUBLIC_URL }),
});
await serve(app, { port: Number(PORT), host: "127.0.0.1" });
