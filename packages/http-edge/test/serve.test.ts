import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createEdgeApp, serve } from "../src/index.ts";
import { expectRefusal, request, send } from "./wire.ts";

const app = createEdgeApp({ allowedHosts: ["api.test"] }, () => {});
const anyPort = { host: "127.0.0.1", port: 0 };

test("listens where told, until closed", async () => {
  const served = await serve(app, anyPort);
  expect(served.url).toBe(`http://127.0.0.1:${served.port}`);
  expectRefusal(await send(served.port, request("GET /v1")), "404 NOT_FOUND");
  await served.close();
  await expect(send(served.port, request("GET /v1"))).rejects.toThrow("ECONNREFUSED");
});

test("says so when the port is taken", async () => {
  const served = await serve(app, anyPort);
  await expect(serve(app, { ...anyPort, port: served.port })).rejects.toThrow("EADDRINUSE");
  await served.close();
});

/** A process that serves, with one request in flight. */
async function forkBusy(path: string) {
  const child = fork(new URL("busy-server.ts", import.meta.url), { stdio: "ignore" });
  const exited = once(child, "exit");
  const [port] = (await once(child, "message")) as [number];
  const reply = send(port, request(`GET ${path}`), { untilClosed: true });
  await once(child, "message");
  return { child, exited, reply };
}

test("R-36: a signal, even from two parents, lets answers finish, then the process exits with 0", async () => {
  const { child, exited, reply } = await forkBusy("/slow");
  child.kill("SIGTERM");
  child.kill("SIGINT");
  expect((await reply).status).toBe(200);
  expect(await exited).toEqual([0, null]);
});

test("a second signal, after a moment, ends the process at once", async () => {
  const { child, exited, reply } = await forkBusy("/never");
  child.kill("SIGTERM");
  await sleep(600);
  child.kill("SIGINT");
  expect(await exited).toEqual([1, null]);
  expect((await reply).body).toBe("");
});
