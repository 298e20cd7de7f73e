import { contract, createIsPortalPath } from "@layers/contracts";
import { createEdgeApp, serve, stopOnSignal } from "@layers/http-edge";
import { z } from "zod";
import { docsRoutes } from "./docs-routes.ts";
import { createRemoteCall } from "./remote-call.ts";
import { restRoutes } from "./rest-routes.ts";

const list = z
  .string()
  .default("")
  .transform((text) => text.split(",").filter(Boolean));

const Env = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4001),
  PUBLIC_URL: z.url(),
  API_URL: z.url(),
  TRUSTED_PROXIES: list,
  PORTAL_ORIGINS: list,
});

/** Starts REST as a process of its own, in front of an API. */
async function main(): Promise<void> {
  const { data: env, error } = Env.safeParse(process.env);
  if (!env) throw new Error(`The environment is not complete:\n${z.prettifyError(error)}`);
  const { call, noteKeyInUrl, close } = createRemoteCall({ apiUrl: env.API_URL });
  const publicUrl = env.PUBLIC_URL.replace(/\/$/, "");
  const app = createEdgeApp(
    {
      allowedHosts: [new URL(publicUrl).host],
      trustedProxies: env.TRUSTED_PROXIES,
      cors: { origins: env.PORTAL_ORIGINS, isShared: createIsPortalPath(contract) },
      routes: restRoutes({ call, publicUrl }),
      onKeyInUrl: noteKeyInUrl,
    },
    (express) => void express.use(docsRoutes({ publicUrl })),
  );
  const served = await serve(app, { port: env.PORT, host: env.HOST });
  console.log(JSON.stringify({ level: "info", msg: "listening", url: served.url }));
  stopOnSignal(async () => {
    await served.close();
    await close();
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
