import { createEdgeApp, serve, stopOnSignal } from "@layers/http-edge";
import { EnvError, readEnv } from "./env.ts";
import { openService } from "./service.ts";

/** Starts the API alone: tRPC, the install flow's pages and the probes. */
async function main(): Promise<void> {
  const env = readEnv(process.env);
  const { api, log, onRequestEnd, drain, close } = await openService(env);
  const allowedHosts = [new URL(env.PUBLIC_URL).host, ...env.ALLOWED_HOSTS];
  const app = createEdgeApp(
    {
      allowedHosts,
      trustedProxies: env.TRUSTED_PROXIES,
      onRequestEnd,
      cors: api.cors,
      onKeyInUrl: api.noteKeyInUrl,
      onError: (err, requestId) => log.error({ err, requestId }, "request failed"),
    },
    (express) => api.mount(express),
  );
  const served = await serve(app, { port: env.PORT, host: env.HOST });
  log.info({ url: served.url }, "listening");
  stopOnSignal(async () => {
    drain();
    // Whoever routes to us learns from the probe before connections are refused.
    await new Promise((resolve) => setTimeout(resolve, env.DRAIN_SECONDS * 1000));
    await served.close();
    await close();
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof EnvError ? error.message : error);
  process.exit(1);
});
