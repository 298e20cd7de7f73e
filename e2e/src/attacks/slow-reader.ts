import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { closeGracefully, createHttpServer, type ServerLimits } from "@layers/http-edge";

const answer = Buffer.alloc(100_000, "x");
const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

export interface SlowReading {
  /** How many connections the server holds. */
  readonly connections: number;
  /** How many bytes of the answers it could not get rid of. */
  readonly owed: number;
}

/** Asks a server for more than any buffer holds, reads nothing of it, and tells what becomes of that. */
export async function readNothing(
  limits: Partial<ServerLimits>,
  watch: (look: () => Promise<SlowReading>) => Promise<void>,
): Promise<void> {
  const server = createHttpServer((_req, res) => void res.end(answer), { limits });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let owed = () => 0;
  server.on("connection", (socket) => {
    owed = () => socket.writableLength;
  });
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.on("error", () => undefined);
  client.pause();
  client.write(request.repeat(500));
  await watch(
    () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, connections) =>
          error ? reject(error) : resolve({ connections, owed: owed() }),
        );
      }),
  );
  client.destroy();
  await closeGracefully(server, { graceMs: 0 });
}
