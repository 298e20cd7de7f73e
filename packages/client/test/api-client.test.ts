import { inspect } from "node:util";
import { acceptsIdempotencyKey } from "@layers/contracts";
import { createTRPCClient, httpLink } from "@trpc/client";
import { describe, expect, test } from "vitest";
import { type ApiRouter, createApiClient } from "../src/index.ts";
import { sampleInput } from "./sample-input.ts";
import { all, failureOf, methodOf, type Seen, startService, trpcError } from "./service.ts";

const callsIn = ({ path }: Seen) => path.split("/").at(-1)?.split(",") ?? [];

/** Answers each call of a request with its procedure's name. */
const echo = (seen: Seen) => {
  const results = callsIn(seen).map((data) => ({ result: { data } }));
  return { body: seen.query["batch"] ? results : results[0] };
};

describe.for(all)("%s", ([name, operation]) => {
  const method = `${name}.${operation.kind === "query" ? "query" : "mutate"}`;

  test("is a procedure of the same name", async () => {
    await using service = await startService(echo);
    const headers = { Authorization: "Bearer k" };
    const api = createApiClient({ url: `${service.url}/trpc`, headers });
    const input = sampleInput(operation);
    await expect(methodOf(api, method)(input)).resolves.toBe(name);
    const [seen] = service.requests;
    expect(seen?.path).toBe(`/trpc/${name}`);
    expect(seen?.headers.authorization).toBe("Bearer k");
    expect(seen?.method).toBe(operation.kind === "query" ? "GET" : "POST");
    expect(seen?.body ?? JSON.parse(seen?.query["input"] ?? "")).toEqual({ 0: input });
  });

  test("takes an idempotencyKey only if it has an effect", async () => {
    await using service = await startService(echo);
    const api = createApiClient({ url: service.url });
    const call = methodOf(api, method)({}, { idempotencyKey: "k-1" });
    if (acceptsIdempotencyKey(operation)) {
      await call;
      expect(service.requests[0]?.headers["idempotency-key"]).toBe("k-1");
      expect(service.requests[0]?.query).toEqual({});
    } else await expect(call).rejects.toThrow(TypeError);
  });
});

test("calls of the same tick share a request, 10 at most", async () => {
  await using service = await startService(echo);
  const api = createApiClient({ url: service.url });
  const results = await Promise.all(
    Array.from({ length: 25 }, (_, limit) => api.github.listRepos.query({ limit: limit + 1 })),
  );
  expect(results).toHaveLength(25);
  expect(service.requests.map((seen) => callsIn(seen).length)).toEqual([10, 10, 5]);
});

test("a URL stays within 8 KiB", async () => {
  await using service = await startService(echo);
  const api = createApiClient({ url: service.url });
  const returnUrl = `https://x/${"?".repeat(1900)}`;
  const long = `https://x/${"?".repeat(2038)}`;
  const inputs = [returnUrl, returnUrl, long];
  await Promise.all(inputs.map((url) => api.github.installUrl.query({ returnUrl: url })));
  expect(service.requests).toHaveLength(3);
  for (const { query } of service.requests)
    expect(encodeURIComponent(query["input"] ?? "").length).toBeLessThan(8000);
});

test("each call of a batch settles for itself", async () => {
  await using service = await startService({
    status: 207,
    body: [{ result: { data: { ok: true } } }, trpcError(404, "NOT_FOUND"), { result: {} }],
  });
  const api = createApiClient({ url: service.url });
  const settled = await Promise.allSettled([
    api.keys.whoami.query(),
    api.github.getInstallation.query(),
    api.github.installationHealth.query(),
  ]);
  expect(settled).toMatchObject([
    { value: { ok: true } },
    { reason: { code: "NOT_FOUND", status: 404 } },
    { value: undefined },
  ]);
});

test("a request that is refused as a whole refuses each of its calls", async () => {
  await using service = await startService({
    status: 401,
    body: trpcError(401, "UNAUTHENTICATED"),
  });
  const api = createApiClient({ url: service.url });
  const calls = [api.keys.whoami.query(), api.github.getInstallation.query()];
  const settled = await Promise.allSettled(calls);
  expect(settled.map((result) => Object(result).reason.code)).toEqual([
    "UNAUTHENTICATED",
    "UNAUTHENTICATED",
  ]);
});

test("an aborted call of a batch rejects at once and leaves the others alone", async () => {
  await using service = await startService(echo);
  const api = createApiClient({ url: service.url });
  const controller = new AbortController();
  const aborted = failureOf(api.keys.whoami.query({}, { signal: controller.signal }));
  const other = api.github.getInstallation.query();
  controller.abort("enough");
  expect(await aborted).toBe("enough");
  expect(await other).toBe("github.getInstallation");
});

test("a headers function is asked for each request, and what it throws comes through", async () => {
  await using service = await startService(echo);
  const problem = new Error("logged out");
  const tokens = ["a", "b"];
  const api = createApiClient({
    url: service.url,
    headers: async () => {
      const token = tokens.shift();
      if (!token) throw problem;
      return { Authorization: `Bearer ${token}` };
    },
  });
  await Promise.all([api.keys.whoami.query(), api.github.getInstallation.query()]);
  await api.keys.whoami.query();
  expect(service.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer a",
    "Bearer b",
  ]);
  await expect(failureOf(api.keys.whoami.query())).resolves.toBe(problem);
});

test("credentials are in no error", async () => {
  const secret = "lp_test_secretsecret";
  const headers = { Authorization: `Bearer ${secret}` };
  const fetch = () => Promise.reject(new Error(`sent ${secret}`));
  const bad = { Authorization: `Bearer ${secret}\n\0` };
  for (const options of [{ headers, fetch }, { headers: bad }]) {
    const api = createApiClient({ url: "http://127.0.0.1:1", retries: 0, ...options });
    const error = await failureOf(api.keys.whoami.query());
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
  }
});

test("tRPC's own client works with the router's type", async () => {
  await using service = await startService(echo);
  const trpc = createTRPCClient<ApiRouter>({ links: [httpLink({ url: service.url })] });
  await expect(trpc.keys.whoami.query()).resolves.toBe("keys.whoami");
});

test("a url that is none is refused", () => {
  expect(() => createApiClient({ url: "/trpc" })).toThrow(TypeError);
});
