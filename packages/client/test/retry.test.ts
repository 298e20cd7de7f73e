import { describe, expect, test } from "vitest";
import { createApiClient, Layers } from "../src/index.ts";
import { failureOf, refusal, startService, trpcError } from "./service.ts";

const busy = (retryAfter?: number, status = 503) =>
  refusal(status, "UNAVAILABLE", retryAfter === undefined ? {} : { retryAfter });
const ok = { body: {} };
const registration = { installationId: 1, state: "s" };

describe.concurrent("a call is tried again", () => {
  test.for([429, 503])("on %i, as long as the service says", async (status) => {
    await using service = await startService(busy(1, status), ok);
    const layers = new Layers({ apiKey: "k", baseUrl: service.url });
    const started = performance.now();
    await layers.keys.whoami();
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    expect(service.requests).toHaveLength(2);
  });

  test("twice by default, then it fails with the last error", async () => {
    await using service = await startService(busy(0));
    const layers = new Layers({ apiKey: "k", baseUrl: service.url });
    await expect(layers.keys.whoami()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(service.requests).toHaveLength(3);
  });

  test("as often as `retries` says", async () => {
    await using service = await startService(busy(0));
    const layers = new Layers({ apiKey: "k", baseUrl: service.url, retries: 5 });
    await failureOf(layers.keys.whoami());
    expect(service.requests).toHaveLength(6);
  });

  test("after a connection that broke", async () => {
    await using service = await startService({ end: "reset" }, ok);
    await new Layers({ apiKey: "k", baseUrl: service.url }).keys.whoami();
    expect(service.requests).toHaveLength(2);
  });

  test("after a try that took too long", async () => {
    await using service = await startService({ end: "hang" }, ok);
    await new Layers({ apiKey: "k", baseUrl: service.url, timeoutMs: 100 }).keys.whoami();
    expect(service.requests).toHaveLength(2);
  });

  test("when it deletes", async () => {
    await using service = await startService(busy(0), ok);
    await new Layers({ apiKey: "k", baseUrl: service.url }).github.detachInstallation();
    expect(service.requests).toHaveLength(2);
  });

  test("when it has an idempotencyKey, under the same key", async () => {
    await using service = await startService(busy(0), ok);
    const layers = new Layers({ apiKey: "k", baseUrl: service.url });
    await layers.github.registerInstallation(registration, { idempotencyKey: "once" });
    expect(service.requests.map(({ headers }) => headers["idempotency-key"])).toEqual([
      "once",
      "once",
    ]);
  });

  test("over tRPC by the same rules", async () => {
    const body = [trpcError(503, "UNAVAILABLE", { retryAfter: 0 })];
    await using service = await startService({ status: 503, body }, (seen) => ({
      body: seen.query["batch"] ? [{ result: {} }] : { result: {} },
    }));
    const api = createApiClient({ url: service.url });
    await api.keys.whoami.query();
    expect(service.requests).toHaveLength(2);
  });
});

describe.concurrent("a call is not tried again", () => {
  test("when it writes without an idempotencyKey", async () => {
    await using service = await startService(busy(0), { end: "reset" });
    const layers = new Layers({ apiKey: "k", baseUrl: service.url });
    await failureOf(layers.github.registerInstallation(registration));
    await failureOf(layers.github.createToken());
    expect(service.requests).toHaveLength(2);
  });

  test.for([
    [401, "UNAUTHENTICATED"],
    [422, "VALIDATION"],
    [500, "INTERNAL"],
    [502, "GITHUB_UNAVAILABLE"],
  ] as const)("on %i", async ([status, code]) => {
    await using service = await startService(refusal(status, code, { retryAfter: 0 }));
    const layers = new Layers({ apiKey: "k", baseUrl: service.url });
    await expect(layers.keys.whoami()).rejects.toMatchObject({ status, code });
    expect(service.requests).toHaveLength(1);
  });

  test("when the wait is longer than the patience", async () => {
    await using service = await startService(busy(31));
    const layers = new Layers({ apiKey: "k", baseUrl: service.url });
    await expect(layers.keys.whoami()).rejects.toMatchObject({ retryAfter: 31 });
    expect(service.requests).toHaveLength(1);
  });

  test("when earlier waits have used the patience up", async () => {
    await using service = await startService(busy(0), busy(1), busy(1), ok);
    const options = { apiKey: "k", baseUrl: service.url, retries: 9, maxRetryAfterSeconds: 1 };
    await expect(new Layers(options).keys.whoami()).rejects.toMatchObject({ status: 503 });
    expect(service.requests).toHaveLength(3);
  });

  test("when `retries` is 0", async () => {
    await using service = await startService(busy(0));
    await failureOf(new Layers({ apiKey: "k", baseUrl: service.url, retries: 0 }).keys.whoami());
    expect(service.requests).toHaveLength(1);
  });
});
