import { once } from "node:events";
import type { RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { closeGracefully } from "./close-gracefully.ts";
import type { Address } from "./reserve-port.ts";
import { createHttpServer, type HttpServerOptions } from "./server.ts";

export interface ServeOptions extends HttpServerOptions, Address {
  /** Listens there already, as that of a `ReservedPort` does: taken over. */
  readonly listener?: Server;
}

/** A server that listens. */
export interface Served {
  /** Without a slash at the end, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly port: number;
  /** Finishes what is in flight, for 20 seconds at the most, and stops. */
  close(): Promise<void>;
}

const graceMs = 20_000;

/** Starts an app. Rejects when the port is taken. */
export async function serve(app: RequestListener, options: ServeOptions): Promise<Served> {
  const server = createHttpServer(app, options);
  if (options.listener) server.listen(options.listener);
  else server.listen(options.port, options.host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://${options.host}:${port}`;
  return { url, port, close: () => closeGracefully(server, { graceMs }) };
}

const sameMomentMs = 500;

/**
 * Runs `stop` at the first SIGTERM or SIGINT, then exits with 0. A second signal exits at once, unless
 * it comes in the same moment: a signal to a process group arrives from each parent too.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stoppingSince: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince >= sameMomentMs) process.exit(1);
      return;
    }
    stoppingSince = now;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
