import type { ErrorCode, InstallUrl, Operation } from "@layers/contracts";
import { expectTypeOf } from "vitest";
import type { CallOptionsOf } from "../src/call-options.ts";
import { type CallOptions, Layers, LayersError, type ReplayableCallOptions } from "../src/index.ts";

const layers = new Layers({ apiKey: "k" });
const { signal } = new AbortController();

expectTypeOf(layers.github.installUrl({ returnUrl: "x" })).resolves.toEqualTypeOf<InstallUrl>();
expectTypeOf(layers.github.revokeToken({ token: "x" })).resolves.toEqualTypeOf<undefined>();
expectTypeOf(layers.github.createToken({})).resolves.toHaveProperty("token").toBeString();
void layers.keys.whoami();
void layers.keys.whoami({});
void layers.keys.whoami(undefined, { signal, timeoutMs: 1 });
void layers.github.listRepos();
void layers.github.listRepos({ limit: 1 });
void layers.github.detachInstallation();
void layers.github.registerInstallation({ installationId: 1, state: "x" }, { idempotencyKey: "x" });
void new Layers({
  apiKey: async () => "k",
  baseUrl: new URL("http://x"),
  timeoutMs: 1,
  retries: 0,
});
void new Layers({ apiKey: "k", fetch: globalThis.fetch, maxRetryAfterSeconds: 1 });

// @ts-expect-error an apiKey is needed
void new Layers({});
// @ts-expect-error no such option
void new Layers({ apiKey: "k", baseURL: "http://x" });
// @ts-expect-error no such group
void layers.gitlab;
// @ts-expect-error no such operation
void layers.github.installUrls({ returnUrl: "x" });
// @ts-expect-error REST has no tRPC calling style
void layers.github.getInstallation.query();
// @ts-expect-error a method cannot be replaced
layers.keys.whoami = async () => ({});
// @ts-expect-error the input is required
void layers.github.installUrl();
// @ts-expect-error a key is missing
void layers.github.registerInstallation({ installationId: 1 });
// @ts-expect-error an unknown key
void layers.github.registerInstallation({ installationId: 1, state: "x", orgLogin: "x" });
// @ts-expect-error the wrong type
void layers.github.registerInstallation({ installationId: "1", state: "x" });
// @ts-expect-error a permission is read, write or admin
void layers.github.createToken({ permissions: { contents: "all" } });
// @ts-expect-error it takes no input
void layers.keys.whoami({ id: "x" });
// @ts-expect-error options come second
void layers.keys.whoami({ signal });
// @ts-expect-error no such call option
void layers.keys.whoami({}, { timeout: 1 });
// @ts-expect-error a token is never replayed
void layers.github.createToken({}, { idempotencyKey: "x" });
// @ts-expect-error only a POST may be replayed
void layers.github.detachInstallation({}, { idempotencyKey: "x" });
// @ts-expect-error what reads takes no idempotencyKey
void layers.keys.whoami({}, { idempotencyKey: "x" });

const whoami = await layers.keys.whoami();
// @ts-expect-error no such field
void whoami.apiKey;
// @ts-expect-error not one of the values
void (whoami.env === "production");

declare const error: unknown;
if (error instanceof LayersError) {
  expectTypeOf<ErrorCode>().toExtend<typeof error.code>();
  expectTypeOf(error.status).toEqualTypeOf<number>();
  expectTypeOf(error.retryAfter).toEqualTypeOf<number | undefined>();
  expectTypeOf(error.reconnect).toEqualTypeOf<true | undefined>();
  void (error.code === "RETURN_URL_NOT_ALLOWED" || error.code === "TIMEOUT");
  // @ts-expect-error no such code
  void (error.code === "RETURN_URL_FORBIDDEN");
  // @ts-expect-error read-only
  error.status = 1;
}

// A contract that keeps its literals makes the type as exact as the check at run time.
type Write = Operation<"mutation">;
expectTypeOf<CallOptionsOf<Operation<"query">>>().toEqualTypeOf<CallOptions>();
expectTypeOf<CallOptionsOf<Write>>().toEqualTypeOf<ReplayableCallOptions>();
expectTypeOf<CallOptionsOf<Write & { rest: "DELETE /v1/x" }>>().toEqualTypeOf<CallOptions>();
expectTypeOf<
  CallOptionsOf<Write & { rest: "POST /v1/x" }>
>().toEqualTypeOf<ReplayableCallOptions>();
expectTypeOf<
  CallOptionsOf<Write & { rest: "POST /v1/x"; idempotency: "ignored" }>
>().toEqualTypeOf<CallOptions>();
