import type { InstallUrl } from "@layers/contracts";
import { createTRPCClient, httpLink, type TRPCClientError } from "@trpc/client";
import { expectTypeOf } from "vitest";
import { type ApiRouter, createApiClient } from "../src/index.ts";

const api = createApiClient({ url: "http://x/trpc", headers: { Authorization: "Bearer k" } });
const { signal } = new AbortController();

expectTypeOf(api.github.installUrl.query({ returnUrl: "x" })).resolves.toEqualTypeOf<InstallUrl>();
expectTypeOf(api.github.revokeToken.mutate({ token: "x" })).resolves.toEqualTypeOf<undefined>();
void api.keys.whoami.query();
void api.keys.whoami.query(undefined, { signal, timeoutMs: 1 });
void api.github.detachInstallation.mutate();
void api.github.registerInstallation.mutate(
  { installationId: 1, state: "x" },
  { idempotencyKey: "x" },
);
void createApiClient({ url: new URL("http://x"), headers: async () => new Headers() });

// @ts-expect-error a url is needed
void createApiClient({});
// @ts-expect-error no such option
void createApiClient({ url: "http://x", apiKey: "k" });
// @ts-expect-error no such operation
void api.github.installUrls.query({ returnUrl: "x" });
// @ts-expect-error what reads is queried
void api.keys.whoami.mutate();
// @ts-expect-error what writes is mutated
void api.github.createToken.query({});
// @ts-expect-error nothing is subscribed to
void api.keys.whoami.subscribe();
// @ts-expect-error tRPC's calling style only
void api.keys.whoami();
// @ts-expect-error the input is required
void api.github.installUrl.query();
// @ts-expect-error a key is missing
void api.github.registerInstallation.mutate({ installationId: 1 });
// @ts-expect-error an unknown key
void api.github.revokeToken.mutate({ token: "x", force: true });
// @ts-expect-error the wrong type
void api.github.listRepos.query({ limit: "30" });
// @ts-expect-error what reads takes no idempotencyKey
void api.keys.whoami.query({}, { idempotencyKey: "x" });
// @ts-expect-error no such call option
void api.keys.whoami.query({}, { context: {} });

const trpc = createTRPCClient<ApiRouter>({ links: [httpLink({ url: "http://x/trpc" })] });
expectTypeOf(trpc.github.installUrl.query({ returnUrl: "x" })).resolves.toEqualTypeOf<InstallUrl>();
void trpc.keys.whoami.query();
void trpc.github.detachInstallation.mutate();
// @ts-expect-error the input is required
void trpc.github.installUrl.query();
// @ts-expect-error what writes is mutated
void trpc.github.createToken.query({});

declare const error: TRPCClientError<ApiRouter>;
expectTypeOf(error.data?.envelope.retryAfter).toEqualTypeOf<number | undefined>();
// @ts-expect-error no such code
void (error.data?.envelope.code === "NOPE");
