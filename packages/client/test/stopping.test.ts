import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { createApiClient, Layers } from "../src/index.ts";
import { failureOf, refusal, startService } from "./service.ts";

type Options = { signal?: AbortSignal; timeoutMs?: number };

/** `whoami` over each transport. */
const transports = {
  REST: (url: string) => (options: Options) =>
    new Layers({ apiKey: "k", baseUrl: url, retries: 0 }).keys.whoami({}, options),
  tRPC: (url: string) => (options: Options) =>
    createApiClient({ url, retries: 0 }).keys.whoami.query({}, options),
};

describe.for(Object.entries(transports))("over %s", ([, connect]) => {
  test("a try that takes longer than timeoutMs fails with TIMEOUT", async () => {
    await using service = await startService({ end: "hang" });
    const error = await failureOf(connect(service.url)({ timeoutMs: 50 }));
    expect(error).toMatchObject({ code: "TIMEOUT", status: 0, message: "No answer within 50 ms." });
  });

  test("Infinity is no timeout", async () => {
    await using service = await startService(refusal(401, "UNAUTHENTICATED"));
    const error = await failureOf(connect(service.url)({ timeoutMs: Number.POSITIVE_INFINITY }));
    expect(error).toMatchObject({ status: 401 });
  });

  test("a timeoutMs that makes no sense is refused", async () => {
    await expect(connect("http://127.0.0.1:1")({ timeoutMs: -1 })).rejects.toThrow(TypeError);
  });

  test("an abort rejects with the signal's reason", async () => {
    await using service = await startService({ end: "hang" });
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const call = failureOf(connect(service.url)({ signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 30);
    expect(await call).toBe(reason);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("nothing is sent for a signal that is aborted already", async () => {
    await using service = await startService({ body: {} });
    const error = await failureOf(connect(service.url)({ signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: "AbortError" });
    expect(service.requests).toHaveLength(0);
  });
});

test("an abort ends the wait between two tries", async () => {
  await using service = await startService(refusal(503, "UNAVAILABLE", { retryAfter: 20 }));
  const signal = AbortSignal.timeout(100);
  const layers = new Layers({ apiKey: "k", baseUrl: service.url });
  const started = performance.now();
  await expect(layers.keys.whoami({}, { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  expect(performance.now() - started).toBeLessThan(2000);
  expect(service.requests).toHaveLength(1);
});

const endless = async () => new Response(new ReadableStream());

test("the timeout covers a body that never ends and a fetch that ignores its signal", async () => {
  const layers = new Layers({ apiKey: "k", fetch: endless, timeoutMs: 50, retries: 0 });
  await expect(layers.keys.whoami()).rejects.toMatchObject({ code: "TIMEOUT" });
});

test("calls leave nothing behind on a signal that lives long", async () => {
  await using service = await startService({ body: {} });
  const { signal } = new AbortController();
  const layers = new Layers({ apiKey: "k", baseUrl: service.url });
  await Promise.all(Array.from({ length: 5 }, () => layers.keys.whoami({}, { signal })));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
