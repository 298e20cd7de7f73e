import autocannon from "autocannon";
import type { Effort } from "./effort.ts";
import type { Server } from "./server.ts";

/** One stretch of load on one server. */
export interface Measurement {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Of the server's process, all its threads. */
  readonly cpuMicrosecondsPerRequest: number;
  /** When the load ended. */
  readonly rssBytes: number;
}

const connections = 64;
/** We close a connection after 1,000 requests, which the generator would not see: it closes first. */
const requestsPerConnection = 500;

/**
 * Asks a server as fast as it answers, and measures what it used.
 *
 * @throws when anything but a 200 came back
 */
export async function measure(server: Server, seconds: number): Promise<Measurement> {
  const before = await server.usage();
  const load = await autocannon({
    url: server.url,
    headers: { ...server.variant.headers },
    connections,
    reconnectRate: requestsPerConnection,
    duration: seconds,
  });
  const after = await server.usage();
  const { name } = server.variant;
  const others = load.non2xx + load.errors + load.timeouts + load["1xx"] + load["3xx"];
  const requests = load["2xx"];
  if (others > 0 || requests === 0)
    throw new Error(`${name}: ${requests} answers were right and ${others} were not.`);
  return {
    requests,
    requestsPerSecond: requests / load.duration,
    cpuMicrosecondsPerRequest: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    rssBytes: after.rssBytes,
  };
}

const warmRequests = 60_000;
const mostWarmSeconds = 20;

/**
 * Loads a server until its code is compiled, which takes some ten thousand requests, but no longer than
 * it will be measured.
 */
export async function warm(server: Server, { rounds, seconds }: Effort): Promise<void> {
  const end = Math.min(mostWarmSeconds, rounds * seconds);
  let requests = 0;
  for (let second = 0; second < end && requests < warmRequests; second += seconds)
    requests += (await measure(server, seconds)).requests;
}
