import { inspect } from "node:util";
import { acceptsIdempotencyKey, pathsOf, routeOf } from "@layers/contracts";
import { describe, expect, test } from "vitest";
import { Layers, LayersError } from "../src/index.ts";
import { sampleInput } from "./sample-input.ts";
import { all, failureOf, methodOf, refusal, startService } from "./service.ts";

const apiKey = "lp_test_01HX9Y6K7EJ4T2_secretsecretsecret";

describe.for(all)("%s", ([name, operation]) => {
  const { method, inputIn } = routeOf(operation);

  test("is sent as the contract says", async () => {
    await using service = await startService({ body: { ok: true } });
    const layers = new Layers({ apiKey, baseUrl: service.url });
    const input = sampleInput(operation);
    await expect(methodOf(layers, name)(input)).resolves.toEqual({ ok: true });
    const [seen] = service.requests;
    // Every key is given, so of several paths it is the first one that takes the most.
    const { path, parameters } = pathsOf(operation).reduce((best, each) =>
      each.parameters.length > best.parameters.length ? each : best,
    );
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent(String(input[key])),
    );
    expect(seen).toMatchObject({ method, path: filled });
    expect(seen?.headers.authorization).toBe(`Bearer ${apiKey}`);
    expect(seen?.headers.accept).toBe("application/json");
    const rest = Object.entries(input).filter(([key]) => !parameters.includes(key));
    const asText = rest.map(([key, value]) => [key, String(value)]);
    expect(seen?.query).toEqual(inputIn === "query" ? Object.fromEntries(asText) : {});
    expect(seen?.body).toEqual(inputIn === "body" ? Object.fromEntries(rest) : undefined);
  });

  test("takes an idempotencyKey only if it has an effect", async () => {
    await using service = await startService({ body: {} });
    const layers = new Layers({ apiKey, baseUrl: service.url });
    const call = methodOf(layers, name)(sampleInput(operation), { idempotencyKey: "k-1" });
    if (acceptsIdempotencyKey(operation)) {
      await call;
      expect(service.requests[0]?.headers["idempotency-key"]).toBe("k-1");
    } else await expect(call).rejects.toThrow(TypeError);
  });
});

test("the documented examples work", async () => {
  await using service = await startService({ body: { authUrl: "u", state: "s", expiresAt: "t" } });
  const layers = new Layers({ apiKey, baseUrl: `${service.url}/` });
  const { authUrl, state, expiresAt } = await layers.github.installUrl({
    returnUrl: "https://app.gicgrowth.com/layers/callback",
  });
  expect([authUrl, state, expiresAt]).toEqual(["u", "s", "t"]);
  await layers.github.registerInstallation({
    installationId: 50291845,
    state: "lUNN5tIRm-K3a8sBXvBQDxVOCgz2x9YK",
  });
  await layers.github.getInstallation();
  expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /v1/github/installation/install-url",
    "POST /v1/github/installation",
    "GET /v1/github/installation",
  ]);
});

test("a 204 resolves to undefined", async () => {
  await using service = await startService({ status: 204 });
  const layers = new Layers({ apiKey, baseUrl: service.url });
  await expect(layers.github.revokeToken({ token: "t" })).resolves.toBeUndefined();
});

test("unknown fields and values of a newer service come through", async () => {
  const body = { env: "staging", extra: { deep: [1] } };
  await using service = await startService({ body });
  const layers = new Layers({ apiKey, baseUrl: service.url });
  await expect(layers.keys.whoami()).resolves.toEqual(body);
});

test("keys that are undefined are left out", async () => {
  await using service = await startService({ body: {} });
  const layers = new Layers({ apiKey, baseUrl: service.url });
  await layers.github.installUrl({ returnUrl: "x", state: undefined });
  await layers.github.createToken({ repositories: undefined });
  expect(service.requests[0]?.query).toEqual({ returnUrl: "x" });
  expect(service.requests[1]?.body).toEqual({});
});

test("the path of baseUrl precedes the route", async () => {
  await using service = await startService({ body: {} });
  await new Layers({ apiKey, baseUrl: new URL(`${service.url}/layers/`) }).keys.whoami();
  expect(service.requests[0]?.path).toBe("/layers/v1/whoami");
});

test("the public service is the default", async () => {
  const urls: string[] = [];
  const fetch = async (url: string) => {
    urls.push(url);
    return Response.json({});
  };
  await new Layers({ apiKey, fetch }).keys.whoami();
  expect(urls).toEqual(["https://api.layers.com/v1/whoami"]);
});

test("an apiKey function is asked for each try", async () => {
  await using service = await startService(refusal(503, "UNAVAILABLE", { retryAfter: 0 }), {
    body: {},
  });
  const keys = ["first", "second"];
  const layers = new Layers({ apiKey: async () => keys.shift() ?? "", baseUrl: service.url });
  await layers.keys.whoami();
  expect(service.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer first",
    "Bearer second",
  ]);
});

test("what an apiKey function throws comes through", async () => {
  const problem = new Error("vault closed");
  const layers = new Layers({
    apiKey: () => Promise.reject(problem),
    baseUrl: "http://127.0.0.1:1",
  });
  await expect(layers.keys.whoami()).rejects.toBe(problem);
});

test.for([
  { apiKey: "" },
  { apiKey: `${apiKey}\n` },
  { apiKey: "k", baseUrl: "ftp://x" },
  { apiKey: "k", baseUrl: "api.layers.com" },
  { apiKey: "k", timeoutMs: 0 },
  { apiKey: "k", timeoutMs: Number.NaN },
  { apiKey: "k", retries: 1.5 },
  { apiKey: "k", maxRetryAfterSeconds: -1 },
])("options that make no sense are refused: %o", (options) => {
  expect(() => new Layers(options)).toThrow(TypeError);
});

describe("the key", () => {
  test("never follows a redirect", async () => {
    await using other = await startService({ body: {} });
    await using service = await startService({
      status: 302,
      headers: { location: `${other.url}/v1/whoami` },
    });
    const layers = new Layers({ apiKey, baseUrl: service.url });
    const error = await failureOf(layers.keys.whoami());
    expect(error).toMatchObject({ code: "BAD_RESPONSE", status: 302 });
    expect([service.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  test("is not in an error, whatever fetch throws", async () => {
    const fetch = async (_url: string, init: RequestInit): Promise<Response> => {
      const sent = new Headers(init.headers).get("authorization");
      const inner = Object.assign(new Error(`sent ${sent}`), { request: init, code: "ECONNRESET" });
      throw new TypeError(`fetch failed with ${apiKey}`, { cause: inner });
    };
    const layers = new Layers({ apiKey, fetch, retries: 0 });
    const error = await failureOf(layers.keys.whoami());
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(apiKey);
    expect(error).toMatchObject({
      code: "NETWORK_ERROR",
      cause: { cause: { code: "ECONNRESET" } },
    });
  });

  test("is not in an error about the key", async () => {
    const layers = new Layers({ apiKey: () => `${apiKey}\n`, baseUrl: "http://127.0.0.1:1" });
    const error = await failureOf(layers.keys.whoami());
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(apiKey);
  });

  test("is not in the client's own properties", () => {
    const layers = new Layers({ apiKey });
    expect(inspect(layers, { depth: 20, showHidden: true })).not.toContain(apiKey);
    expect(JSON.stringify(layers)).not.toContain(apiKey);
    expect(layers).not.toBeInstanceOf(LayersError);
  });
});
