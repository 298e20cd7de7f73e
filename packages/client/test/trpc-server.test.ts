import type { AddressInfo } from "node:net";
import { contract, type ErrorEnvelope } from "@layers/contracts";
import { initTRPC, TRPCError } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { expect, test } from "vitest";
import { createApiClient } from "../src/index.ts";
import { mapOperations } from "../src/operation-tree.ts";

const notFound: ErrorEnvelope = { error: "There is nothing here.", code: "NOT_FOUND" };

/** A server of tRPC's own whose procedures return their input, but `getInstallation` finds nothing. */
async function startTrpcServer() {
  const t = initTRPC.create({
    isDev: false,
    errorFormatter: ({ shape }) => ({ ...shape, data: { ...shape.data, envelope: notFound } }),
  });
  const procedure = t.procedure.input((raw: unknown) => raw);
  const record = mapOperations(contract, ({ kind }, name) => {
    const resolve = ({ input }: { input: unknown }) => {
      if (name === "github.getInstallation") throw new TRPCError({ code: "NOT_FOUND" });
      return name === "github.revokeToken" ? undefined : { name, input };
    };
    return kind === "query" ? procedure.query(resolve) : procedure.mutation(resolve);
  });
  const server = createHTTPServer({ router: t.router(record), maxBatchSize: 10 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("tRPC's own server understands the client and is understood", async () => {
  await using server = await startTrpcServer();
  const api = createApiClient({ url: server.url });
  const installation = { installationId: 1, state: "s" };
  const settled = await Promise.allSettled([
    api.keys.whoami.query(),
    api.github.listRepos.query({ search: "ü" }),
    api.github.getInstallation.query(),
    api.github.revokeToken.mutate({ token: "t" }),
    api.github.registerInstallation.mutate(installation, { idempotencyKey: "k" }),
  ]);
  expect(settled).toMatchObject([
    { value: { name: "keys.whoami", input: {} } },
    { value: { input: { search: "ü" } } },
    { reason: { name: "LayersError", status: 404, code: "NOT_FOUND", message: notFound.error } },
    { status: "fulfilled", value: undefined },
    { value: { input: installation } },
  ]);
});

test("a batch is never larger than the server takes", async () => {
  await using server = await startTrpcServer();
  const api = createApiClient({ url: server.url });
  const calls = Array.from({ length: 30 }, () => api.keys.whoami.query());
  await expect(Promise.all(calls)).resolves.toHaveLength(30);
});
