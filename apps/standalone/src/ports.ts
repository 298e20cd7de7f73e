import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { EnvError } from "@layers/api";

/** A port to listen on: 0 stands for any free one. */
export interface WantedPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Makes sure that each port is there for us before anything is started, and picks the free ones: our
 * pages must know their own address before they are served.
 *
 * @throws {EnvError} naming the variable of a port that cannot be had
 */
export async function reservePorts<Name extends string>(
  wanted: Record<Name, WantedPort>,
): Promise<Record<Name, number>> {
  const probes: [Name, Server][] = [];
  try {
    for (const [name, port] of Object.entries<WantedPort>(wanted))
      probes.push([name as Name, await occupy(name, port)]);
    const ports = probes.map(([name, probe]) => [name, (probe.address() as AddressInfo).port]);
    return Object.fromEntries(ports) as Record<Name, number>;
  } finally {
    await Promise.all(probes.map(([, probe]) => once(probe.close(), "close")));
  }
}

async function occupy(name: string, { host, port }: WantedPort): Promise<Server> {
  const probe = createServer().listen(port, host);
  try {
    await once(probe, "listening");
    return probe;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "EADDRINUSE" ? "is taken" : `cannot be used (${code})`;
    throw new EnvError(
      `${name}: port ${port} of ${host} ${problem}. Stop what uses it, or choose another one with ${name}=…`,
    );
  }
}
