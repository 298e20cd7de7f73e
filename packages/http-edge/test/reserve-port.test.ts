import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { createEdgeApp, reservePort, serve } from "../src/index.ts";
import { expectRefusal, request, send } from "./wire.ts";

const app = createEdgeApp({ allowedHosts: ["api.test"] }, () => {});
const anyPort = { host: "127.0.0.1", port: 0 };

const listenOn = (port: number) => once(createServer().listen(port, anyPort.host), "listening");

test("a free port that was picked stays ours until it is served, and while it is", async () => {
  const reserved = await reservePort(anyPort);
  await expect(listenOn(reserved.port)).rejects.toThrow("EADDRINUSE");
  const served = await serve(app, reserved);
  expect(served.url).toBe(`http://127.0.0.1:${reserved.port}`);
  await expect(listenOn(reserved.port)).rejects.toThrow("EADDRINUSE");
  for (let call = 0; call < 20; call++)
    expectRefusal(await send(served.port, request("GET /v1")), "404 NOT_FOUND");
  await served.close();
  await expect(send(served.port, request("GET /v1"))).rejects.toThrow("ECONNREFUSED");
  await reserved[Symbol.asyncDispose]();
});

test("who calls before it is served is hung up on, and does not wait", async () => {
  await using reserved = await reservePort(anyPort);
  const early = await send(reserved.port, request("GET /v1"), { untilClosed: true }).then(
    ({ body }) => body,
    (error: NodeJS.ErrnoException) => error.code,
  );
  expect(["", "ECONNRESET"]).toContain(early);
});

test("a port that is given back is free", async () => {
  const reserved = await reservePort(anyPort);
  await reserved[Symbol.asyncDispose]();
  await using again = await reservePort(reserved);
  expect(again.port).toBe(reserved.port);
});

test("says so when the port is taken", async () => {
  await using reserved = await reservePort(anyPort);
  await expect(reservePort(reserved)).rejects.toThrow("EADDRINUSE");
});
