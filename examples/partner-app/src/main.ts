import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Layers } from "@layers/client";
import { createApp } from "./app.ts";

// A partner of your own has these in its configuration; here `npm start` has written them down.
const file = process.env["STANDALONE_FILE"] ?? ".data/standalone.json";
const { baseUrl, keys } = JSON.parse(readFileSync(file, "utf8")) as {
  baseUrl: string;
  keys: { admin: string };
};
const port = Number(process.env["PARTNER_PORT"] ?? 4020);

const layers = new Layers({ apiKey: keys.admin, baseUrl });
const server = createServer(createApp(layers, port));
if (process.send) {
  // Whoever started this process holds the port, and hands it over.
  process.once("message", (_message, listener) => {
    server.listen(listener, () => process.send?.("listening"));
  });
} else {
  server.listen(port, "127.0.0.1", () => {
    console.log(`Sample partner: http://127.0.0.1:${port}`);
  });
}

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}
process.once("SIGTERM", stop).once("SIGINT", stop);
// Whoever started this process is gone.
process.once("disconnect", stop);
