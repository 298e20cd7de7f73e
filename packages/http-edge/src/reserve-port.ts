import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";

/** Where to listen. */
export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A port that is ours before there is anything to serve on it: `serve` takes it over. */
export interface ReservedPort extends Address, AsyncDisposable {
  /** Listens, and hangs up on whoever connects. */
  readonly listener: Server;
}

/**
 * Takes a port at once, for those who must know their own address before they are served. To look for a
 * free one and open it later would let any other program, or a connection that leaves, have it first.
 * Rejects when the port is taken.
 */
export async function reservePort({ host, port }: Address): Promise<ReservedPort> {
  const listener = createServer((socket) => socket.destroy()).listen(port, host);
  await once(listener, "listening");
  return {
    host,
    port: (listener.address() as AddressInfo).port,
    listener,
    async [Symbol.asyncDispose]() {
      await once(listener.close(), "close");
    },
  };
}
