import { setTimeout as sleep } from "node:timers/promises";
import { createEdgeApp, sendJson, serve, stopOnSignal } from "../src/index.ts";

const app = createEdgeApp({ allowedHosts: ["api.test"] }, (routes) => {
  routes.get("/slow", (_req, res) => {
    process.send?.("busy");
    return sleep(100).then(() => sendJson(res, { status: 200 }));
  });
  routes.get("/never", () => {
    process.send?.("busy");
  });
});
const served = await serve(app, { host: "127.0.0.1", port: 0 });
stopOnSignal(() => served.close());
process.send?.(served.port);
