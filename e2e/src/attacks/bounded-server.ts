import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  closeGracefully,
  createEdgeApp,
  createHttpServer,
  type ServerLimits,
} from "@layers/http-edge";
import { createRemoteCall, restRoutes } from "@layers/rest";
import type { Connector } from "../connector.ts";

export interface BoundedServer extends AsyncDisposable {
  readonly url: string;
  /** How many connections it holds. */
  countConnections(): Promise<number>;
}

/** REST in front of a connector, on a server with other limits. */
export async function startBoundedServer(
  connector: Connector,
  limits: Partial<ServerLimits>,
): Promise<BoundedServer> {
  const remote = createRemoteCall({ apiUrl: connector.url });
  let url = "";
  const app = createEdgeApp({
    allowedHosts: () => [new URL(url).host],
    routes: restRoutes({ call: remote.call, publicUrl: connector.url }),
  });
  const server = createHttpServer(app, { limits });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    countConnections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    async [Symbol.asyncDispose]() {
      await closeGracefully(server, { graceMs: 0 });
      await remote.close();
    },
  };
}
