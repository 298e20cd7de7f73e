import type { ServerResponse } from "node:http";
import type { HttpServer } from "./server.ts";

const sweepIntervalMs = 100;

/**
 * Stops a server: no new connections, `Connection: close` on what is still answered, idle connections
 * closed. Resolves once all connections are closed, those that outlive `graceMs` by force.
 */
export function closeGracefully(
  server: HttpServer,
  { graceMs }: { readonly graceMs: number },
): Promise<void> {
  for (const res of server.inFlight) makeLast(res);
  server.prependListener("request", (_req, res) => makeLast(res));
  return new Promise((resolve) => {
    // Node counts a connection that has not sent anything yet as busy.
    const sweep = setInterval(() => {
      if (server.inFlight.size === 0) server.closeAllConnections();
    }, sweepIntervalMs);
    const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(deadline);
      resolve();
    });
  });
}

function makeLast(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader("Connection", "close");
}
