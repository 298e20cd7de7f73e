import { createApiClient, Layers, LayersError } from "@layers/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { type Answer, send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";
import { budgetHeaders } from "../src/refusal.ts";
import { callOver, type OperationCall, transports } from "../src/transports.ts";

let connector: Connector;
let bound: Partner;
let unbound: Partner;
beforeAll(async () => {
  const now = Date.now() * 1000;
  connector = await startConnector({ clock: () => now });
  bound = await connector.addPartner();
  unbound = await connector.addPartner({ tier: "standard" });
  await bindAcme(connector, bound);
  const path = "/v1/github/installation/token";
  await send(`POST ${path}`, connector.url, { key: bound.key, body: {} });
});
afterAll(() => connector[Symbol.asyncDispose]());

type Ask = Omit<OperationCall, "key">;
const state = "a-state-of-the-partners-own";
/** Calls that answer the same however often they are made. */
const successes: [status: number, call: Ask][] = [
  [200, { name: "keys.whoami" }],
  [200, { name: "github.installUrl", input: { returnUrl, state } }],
  [200, { name: "github.getInstallAttempt", input: { state } }],
  [200, { name: "github.getInstallation" }],
  [200, { name: "github.listRepos", input: { limit: 3, search: "Espresso" } }],
  [200, { name: "github.listRepos", input: { limit: 200 } }],
  [201, { name: "github.registerInstallation", input: { installationId: 50291845, state } }],
  [201, { name: "github.createToken", input: { minValiditySeconds: 60 } }],
];
const refusals: [status: number, call: Ask][] = [
  [403, { name: "github.installUrl", input: { returnUrl: "https://evil.example/" } }],
  [404, { name: "github.getInstallation" }],
  [404, { name: "github.revokeToken", input: { token: "ghs_unknown" } }],
  [422, { name: "github.listRepos", input: { limit: 0, cursor: "" } }],
  [422, { name: "github.registerInstallation", input: { note: "x" } }],
];

const comparable = ["content-type", "idempotent-replayed", "retry-after", "layers-status", "link"];
const headersOf = ({ headers }: Answer, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, headers.get(name)]));

describe.each([
  ["success", successes, () => bound.key],
  ["refusal", refusals, () => unbound.key],
] as const)("a %s", (_kind, calls, key) => {
  test.each(calls)("with %i of $name is the same, byte by byte", async (status, call) => {
    const answers = [];
    for (const transport of transports)
      answers.push(await callOver(transport, connector, { ...call, key: key() }));
    const [inProcess, remote, trpc] = answers as [Answer, Answer, Answer];
    expect(inProcess.status).toBe(status);
    expect(remote.status).toBe(status);
    expect(trpc.status).toBe(status);
    expect(remote.text).toBe(inProcess.text);
    expect(trpc.text).toBe(inProcess.text);
    expect(headersOf(remote, comparable)).toEqual(headersOf(inProcess, comparable));
    expect(inProcess.headers.get("layers-status")).toBeNull();
    for (const name of budgetHeaders) expect(trpc.headers.has(name)).toBe(true);
    const [policy] = budgetHeaders as [string];
    expect(new Set(answers.map(({ headers }) => headers.get(policy))).size).toBe(1);
  });
});

test("a success over tRPC is a 200 that names the operation's own status", async () => {
  const { key } = bound;
  const answer = await send("POST /trpc/github.createToken", connector.url, { key, body: {} });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("layers-status")).toBe("201");
});

test("what has no content has none, on each transport", async () => {
  const { key } = bound;
  for (const transport of transports) {
    const minted = await callOver("REST", connector, {
      name: "github.createToken",
      key,
      input: { permissions: { metadata: "read" } },
    });
    const { token } = minted.body as { token: string };
    const call = { name: "github.revokeToken", key, input: { token } };
    const answer = await callOver(transport, connector, call);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: "" });
  }
});

describe("the client", () => {
  const clients = () => {
    const rest = (baseUrl: string, key: string) => new Layers({ apiKey: key, baseUrl, retries: 0 });
    const { url, remoteUrl } = connector;
    const overTrpc = (key: string) =>
      createApiClient({
        url: `${url}/trpc`,
        headers: { Authorization: `Bearer ${key}` },
        retries: 0,
      });
    return { rest, overTrpc, url, remoteUrl };
  };

  test("gets equal results over REST and tRPC", async () => {
    const { rest, overTrpc, url, remoteUrl } = clients();
    const calls = (layers: Layers) => [
      layers.keys.whoami(),
      layers.github.installUrl({ returnUrl, state }),
      layers.github.getInstallAttempt({ state }),
      layers.github.getInstallation(),
      layers.github.listRepos({ limit: 5 }),
      layers.github.createToken({}),
    ];
    const api = overTrpc(bound.key);
    const expected = await Promise.all(calls(rest(url, bound.key)));
    expect(await Promise.all(calls(rest(remoteUrl, bound.key)))).toEqual(expected);
    expect(
      await Promise.all([
        api.keys.whoami.query(),
        api.github.installUrl.query({ returnUrl, state }),
        api.github.getInstallAttempt.query({ state }),
        api.github.getInstallation.query(),
        api.github.listRepos.query({ limit: 5 }),
        api.github.createToken.mutate({}),
      ]),
    ).toEqual(expected);
  });

  test("revokes a token over REST and tRPC, with nothing to show for it", async () => {
    const { rest, overTrpc, url, remoteUrl } = clients();
    const mint = () =>
      rest(url, bound.key).github.createToken({ permissions: { metadata: "read" } });
    for (const baseUrl of [url, remoteUrl]) {
      const { token } = await mint();
      expect(await rest(baseUrl, bound.key).github.revokeToken({ token })).toBeUndefined();
    }
    const { token } = await mint();
    expect(await overTrpc(bound.key).github.revokeToken.mutate({ token })).toBeUndefined();
  });

  const failures: [
    what: string,
    (layers: Layers) => Promise<unknown>,
    trpc: (api: ReturnType<typeof createApiClient>) => Promise<unknown>,
  ][] = [
    [
      "404",
      (layers) => layers.github.getInstallation(),
      (api) => api.github.getInstallation.query(),
    ],
    [
      "422",
      (layers) => layers.github.listRepos({ limit: 0 }),
      (api) => api.github.listRepos.query({ limit: 0 }),
    ],
    [
      "403",
      (layers) => layers.github.installUrl({ returnUrl: "https://evil.example/" }),
      (api) => api.github.installUrl.query({ returnUrl: "https://evil.example/" }),
    ],
  ];
  test.each(failures)(
    "gets equal errors over REST and tRPC: %s",
    async (status, byRest, byTrpc) => {
      const { rest, overTrpc, url, remoteUrl } = clients();
      const { key } = unbound;
      const [inProcess, remote, trpc] = await Promise.all(
        [byRest(rest(url, key)), byRest(rest(remoteUrl, key)), byTrpc(overTrpc(key))].map((call) =>
          call.catch((error: unknown) => error),
        ),
      );
      expect(inProcess).toBeInstanceOf(LayersError);
      const fieldsOf = (error: unknown) => {
        const { requestId, ...fields } = Object.fromEntries(Object.entries(error as LayersError));
        expect(requestId).toMatch(/^req_/);
        return { ...fields, message: (error as LayersError).message };
      };
      expect(fieldsOf(inProcess)).toMatchObject({ status: Number(status) });
      expect(fieldsOf(remote)).toEqual(fieldsOf(inProcess));
      expect(fieldsOf(trpc)).toEqual(fieldsOf(inProcess));
    },
  );
});
