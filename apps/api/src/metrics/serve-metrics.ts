import type { RequestListener } from "node:http";
import { type Served, serve } from "@layers/http-edge";
import { collectDefaultMetrics, type Registry } from "prom-client";
import type { Log } from "../log.ts";

export interface MetricsServerDeps {
  readonly registry: Registry;
  readonly log: Pick<Log, "warn">;
  /** Brings up to date what is not counted as it happens. */
  readonly refresh: () => Promise<void>;
}

/** Serves `GET /metrics`, with those of the process itself, and nothing else. Rejects when the port is taken. */
export function serveMetrics(
  deps: MetricsServerDeps,
  address: { readonly host: string; readonly port: number },
): Promise<Served> {
  const { registry } = deps;
  collectDefaultMetrics({ register: registry });
  return serve(createListener(deps), address);
}

function createListener({ registry, log, refresh }: MetricsServerDeps): RequestListener {
  return (req, res) => {
    const isScrape = req.url === "/metrics" && (req.method === "GET" || req.method === "HEAD");
    if (!isScrape) {
      res.writeHead(404).end();
      return;
    }
    refresh()
      .then(() => registry.metrics())
      .then((text) => res.writeHead(200, { "Content-Type": registry.contentType }).end(text))
      .catch((err: unknown) => {
        log.warn({ err }, "a scrape failed");
        res.writeHead(500).end();
      });
  };
}
