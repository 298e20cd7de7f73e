import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createApiClient, isLayersError, Layers, LayersError } from "../src/index.ts";
import { failureOf, type Reply, refusal, startService, trpcError } from "./service.ts";

const details = {
  fieldErrors: { returnUrl: "Required." },
  issues: [{ path: "returnUrl", message: "Required." }],
};

/** What `whoami` over REST and over tRPC fails with when the service gives these replies. */
async function failures(rest: Reply, trpc: Reply = rest) {
  await using restService = await startService(rest);
  await using trpcService = await startService(trpc);
  const layers = new Layers({ apiKey: "k", baseUrl: restService.url, retries: 0 });
  const api = createApiClient({ url: trpcService.url, retries: 0 });
  return [await failureOf(layers.keys.whoami()), await failureOf(api.keys.whoami.query())];
}

test("a refusal has everything that the envelope has, on both transports", async () => {
  const seen = await failures(refusal(422, "VALIDATION", details), {
    ...refusal(422, "VALIDATION"),
    body: [trpcError(422, "VALIDATION", details)],
  });
  for (const error of seen) {
    expect(error).toBeInstanceOf(LayersError);
    expect(isLayersError(error)).toBe(true);
    expect(error).toMatchObject({
      name: "LayersError",
      message: "The sentence of VALIDATION.",
      status: 422,
      code: "VALIDATION",
      ...details,
      retryAfter: undefined,
      reconnect: undefined,
      requestId: "req_1",
    });
    expect(error).not.toHaveProperty("cause");
  }
});

test("retryAfter and reconnect come through on both transports", async () => {
  for (const [status, code, more] of [
    [429, "RATE_LIMITED", { retryAfter: 7 }],
    [401, "GITHUB_RECONNECT", { reconnect: true }],
  ] as const) {
    const body = [trpcError(status, code, more)];
    const seen = await failures(refusal(status, code, more), { status, body });
    for (const error of seen) expect(error).toMatchObject({ status, code, ...more });
  }
});

test("the code of a newer service comes through", async () => {
  const [error] = await failures(refusal(418, "TEAPOT"));
  expect(error).toMatchObject({ status: 418, code: "TEAPOT" });
});

test("fields of the wrong type are left out", async () => {
  const wrong = { fieldErrors: 1, issues: {}, retryAfter: "soon", reconnect: "yes" };
  const [error] = await failures(refusal(422, "VALIDATION", wrong));
  const fields = Object.keys(wrong).map((key) => [key, undefined]);
  expect(error).toMatchObject(Object.fromEntries(fields));
});

test("an answer of someone else is BAD_RESPONSE, without its body", async () => {
  const page = "<html>secret page</html>";
  for (const reply of [
    { status: 200, body: page },
    { status: 200, body: "" },
    { status: 200, body: "null" },
    { status: 404, body: page },
    { status: 404, body: { message: "secret page" } },
    { status: 307, headers: { location: "/" } },
  ]) {
    for (const error of await failures(reply)) {
      expect(error).toMatchObject({ code: "BAD_RESPONSE", status: reply.status });
      expect(inspect(error, { depth: 9 })).not.toContain("secret page");
    }
  }
});

test("a proxy's 503 keeps its status and Retry-After", async () => {
  const seen = await failures({ status: 503, headers: { "Retry-After": "9" }, body: "busy" });
  for (const error of seen)
    expect(error).toMatchObject({ code: "BAD_RESPONSE", status: 503, retryAfter: 9 });
});

test("what is not tRPC's is BAD_RESPONSE", async () => {
  await using service = await startService(
    { body: { ok: true } },
    { body: [{ result: { data: 1 } }, { result: { data: 2 } }] },
    { body: [{ outcome: 1 }] },
    { status: 400, body: [{ error: { message: "m", code: 1, data: {} } }] },
    { body: { result: { data: 1 } } },
  );
  const api = createApiClient({ url: service.url });
  for (const status of [200, 200, 200, 400, 200])
    await expect(failureOf(api.keys.whoami.query())).resolves.toMatchObject({
      code: "BAD_RESPONSE",
      status,
    });
});

test("a connection that ends without an answer is NETWORK_ERROR with a cause and status 0", async () => {
  for (const error of await failures({ end: "reset" })) {
    expect(error).toMatchObject({ code: "NETWORK_ERROR", status: 0, requestId: undefined });
    expect(error).toHaveProperty("cause.cause.code", "UND_ERR_SOCKET");
  }
});

test("only a LayersError is one", () => {
  expect(isLayersError(new TypeError("x"))).toBe(false);
  expect(isLayersError(undefined)).toBe(false);
});
