import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Express } from "express";
import { describe, expect, test, vi } from "vitest";
import { closeGracefully, sendJson, serverLimits } from "../src/index.ts";
import { startEdge } from "./edge.ts";
import { expectRefusal, expectSafe, post, request, send } from "./wire.ts";

/** A route that answers when told to. */
function heldRoute() {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const mount = (app: Express) =>
    app.get("/held", async (_req, res) => {
      await promise;
      sendJson(res, { status: 200, body: "done" });
    });
  return { mount, release };
}

describe("timeouts", () => {
  const limits = { headersTimeoutMs: 100, requestTimeoutMs: 200, checkIntervalMs: 20 };

  test.each([
    ["nothing sent", ""],
    ["a head that never ends", "GET /v1 HTTP/1.1\r\nHost: api.test\r\n"],
    ["HTTP/0.9 that never ends", "GET /v1\r\n"],
    ["a body that never ends", post("{").toString().replace("Length: 1", "Length: 9")],
  ])("%s", async (_name, bytes) => {
    await using edge = await startEdge({ limits });
    const reply = await send(edge.port, bytes, { untilClosed: true });
    expectRefusal(reply, "408 BAD_REQUEST");
  });

  test("an idle connection is closed", async () => {
    await using edge = await startEdge({ limits: { keepAliveTimeoutMs: 50 } });
    const reply = await send(edge.port, request("GET /v1/query"), { untilClosed: true });
    expect(reply).toMatchObject({ status: 200, closed: true });
  });

  test("a connection without traffic is cut", async () => {
    const { mount } = heldRoute();
    await using edge = await startEdge({ mount, limits: { idleTimeoutMs: 50 } });
    const reply = await send(edge.port, request("GET /held"), { untilClosed: true });
    expect(reply).toMatchObject({ closed: true, body: "" });
  });
});

test("the limits are those of the server", async () => {
  await using edge = await startEdge();
  expect(edge.server).toMatchObject({
    headersTimeout: serverLimits.headersTimeoutMs,
    requestTimeout: serverLimits.requestTimeoutMs,
    keepAliveTimeout: serverLimits.keepAliveTimeoutMs,
    timeout: serverLimits.idleTimeoutMs,
    maxRequestsPerSocket: serverLimits.maxRequestsPerSocket,
    maxConnections: serverLimits.maxConnections,
  });
});

test("a bad request behind one that is still served is not answered in its place", async () => {
  const { mount, release } = heldRoute();
  await using edge = await startEdge({ mount });
  const bytes = Buffer.concat([request("GET /held"), Buffer.from("garbage\r\n\r\n")]);
  const reply = await send(edge.port, bytes, { untilClosed: true });
  expect(reply).toMatchObject({ closed: true, body: "" });
  release();
});

describe("closing", () => {
  test("in-flight requests are answered, with Connection: close", async () => {
    const { mount, release } = heldRoute();
    await using edge = await startEdge({ mount });
    const reply = send(edge.port, request("GET /held"), { untilClosed: true });
    await vi.waitFor(() => expect(edge.server.inFlight.size).toBe(1));

    const closed = closeGracefully(edge.server, { graceMs: 5000 });
    await expect(send(edge.port, request("GET /held"))).rejects.toThrow("ECONNREFUSED");
    release();
    expect(await reply).toMatchObject({ status: 200, body: '"done"', closed: true });
    expectSafe(await reply);
    expect((await reply).headers["connection"]).toBe("close");
    await closed;
    expect(edge.server.inFlight.size).toBe(0);
  });

  test("a request that arrives on an open connection is answered and is its last", async () => {
    const { mount, release } = heldRoute();
    await using edge = await startEdge({ mount });
    const held = send(edge.port, request("GET /held"), { untilClosed: true });
    const begun = post("");
    const socket = connect(edge.port, "127.0.0.1");
    socket.write(begun.subarray(0, 30));
    await vi.waitFor(() => expect(edge.server.inFlight.size).toBe(1));
    await sleep(20);

    const closed = closeGracefully(edge.server, { graceMs: 5000 });
    socket.write(begun.subarray(30));
    const [chunk] = (await once(socket, "data")) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1.1 404 /);
    expect(chunk.toString()).toContain("Connection: close");
    release();
    await Promise.all([held, closed]);
  });

  test("idle and silent connections do not delay it", async () => {
    await using edge = await startEdge();
    const silent = connect(edge.port, "127.0.0.1");
    const idle = connect(edge.port, "127.0.0.1");
    idle.write(request("GET /v1/query"));
    await once(idle, "data");
    const startedAt = performance.now();
    await closeGracefully(edge.server, { graceMs: 5000 });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    silent.destroy();
    idle.destroy();
  });

  test("what hangs is cut after the grace", async () => {
    const { mount } = heldRoute();
    await using edge = await startEdge({ mount });
    const reply = send(edge.port, request("GET /held"), { untilClosed: true });
    await vi.waitFor(() => expect(edge.server.inFlight.size).toBe(1));
    await closeGracefully(edge.server, { graceMs: 50 });
    expect(await reply).toMatchObject({ closed: true, body: "" });
  });

  test("twice is as once", async () => {
    await using edge = await startEdge();
    const close = () => closeGracefully(edge.server, { graceMs: 1000 });
    await Promise.all([close(), close()]);
    await close();
  });
});
