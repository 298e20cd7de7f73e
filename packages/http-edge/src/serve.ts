import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { closeGracefully } from "./close-gracefully.ts";
import { createHttpServer, type HttpServerOptions } from "./server.ts";

export interface ServeOptions extends HttpServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
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
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
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
