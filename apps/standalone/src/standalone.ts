import { setTimeout as sleep } from "node:timers/promises";
import { openService, type Service } from "@layers/api";
import { createEdgeApp, serve } from "@layers/http-edge";
import { docsRoutes, restRoutes } from "@layers/rest";
import { prepareDevelopment } from "./development.ts";
import { startPartner } from "./partner-process.ts";
import { readSettings, type Settings, type Source } from "./settings.ts";
import { signInRoutes } from "./sign-in-routes.ts";
import { startStandIn } from "./stand-in.ts";
import { type StandaloneFile, standaloneFilePath } from "./standalone-file.ts";

/** The whole service in one process. `await using` stops it. */
export interface Standalone extends AsyncDisposable {
  /** Where browsers and partners reach it. */
  readonly url: string;
  /** Where Prometheus reads, if it is to. */
  readonly metricsUrl: string | undefined;
  /** Present in development. */
  readonly development?: {
    readonly file: StandaloneFile;
    readonly filePath: string;
    readonly hasStandIn: boolean;
  };
}

/**
 * Starts the API with REST over it and, in development, a stand-in GitHub and a sample partner.
 *
 * @throws {EnvError} when the environment is not complete, or a port is taken
 */
export async function startStandalone(source: Source): Promise<Standalone> {
  await using starting = new AsyncDisposableStack();
  const settings = await readSettings(source, starting);
  const { env, port, development } = settings;
  if (development?.standIn)
    starting.use(
      await startStandIn(development.standIn, {
        publicUrl: env.PUBLIC_URL,
        privateKey: env.github.privateKeys[0],
        webhookSecret: env.webhookSecrets[0],
      }),
    );
  const service = await openService(env);
  starting.defer(service.close);
  let prepared: Awaited<ReturnType<typeof startDevelopment>> | undefined;
  const app = createApp(settings, service, () => prepared?.shown.file.portal ?? undefined);
  const served = await serve(app, port);
  starting.defer(async () => {
    service.drain();
    // Whoever routes to us learns from the probe before connections are refused.
    await sleep(env.DRAIN_SECONDS * 1000);
    await served.close();
  });
  if (development) prepared = await startDevelopment(development, settings, service);
  if (prepared) starting.use(prepared.partner);
  const running = starting.move();
  return {
    url: env.PUBLIC_URL,
    metricsUrl: service.metricsUrl,
    ...(prepared && { development: prepared.shown }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function startDevelopment(
  development: NonNullable<Settings["development"]>,
  { env }: Settings,
  service: Service,
) {
  const { folder, partnerPort, standIn } = development;
  const file = await prepareDevelopment(development, env, service);
  const filePath = standaloneFilePath(folder);
  const partner = await startPartner({ port: partnerPort, standaloneFile: filePath });
  return { partner, shown: { file, filePath, hasStandIn: standIn !== undefined } };
}

function createApp(
  { env, development }: Settings,
  { api, log, onRequestEnd }: Service,
  portal: () => NonNullable<StandaloneFile["portal"]> | undefined,
) {
  const { host } = new URL(env.PUBLIC_URL);
  const loopback = ["127.0.0.1", "localhost"].map((name) => new URL(`http://${name}:${env.PORT}`));
  return createEdgeApp(
    {
      allowedHosts: [
        host,
        ...env.ALLOWED_HOSTS,
        ...(development ? loopback.map((url) => url.host) : []),
      ],
      trustedProxies: env.TRUSTED_PROXIES,
      routes: restRoutes({ call: api.call, publicUrl: env.PUBLIC_URL }),
      cors: api.cors,
      onRequestEnd,
      onKeyInUrl: api.noteKeyInUrl,
      onError: (err, requestId) => log.error({ err, requestId }, "request failed"),
    },
    (app) => {
      app.get("/", (_req, res) => res.redirect("/docs"));
      api.mount(app);
      if (development?.portal) app.use(signInRoutes(portal));
      app.use(docsRoutes({ publicUrl: env.PUBLIC_URL }));
    },
  );
}
