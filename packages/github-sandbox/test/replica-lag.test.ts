import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, complaints, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
const globex = 50291001;

beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

async function ask(token: string) {
  const route = "GET /installation/repositories";
  const answer = await api(sandbox, route, { token });
  expect(complaints(route, answer)).toEqual([]);
  return [answer.status, answer.body.message];
}

describe("While the replicas lag behind", () => {
  test("a fresh token is unknown, and a moment later it works", async () => {
    sandbox.fault({ kind: "replica-lag", ms: 5000 });
    const token = await mint(sandbox, globex);
    expect(await ask(token)).toEqual([401, "Bad credentials"]);
    sandbox.clock(6);
    expect((await ask(token))[0]).toBe(200);
  });

  test.each([{ repositories: ["rocket"] }, { permissions: { metadata: "read" } }])(
    "a fresh token narrowed by %j may nothing",
    async (narrowed) => {
      sandbox.fault({ kind: "replica-lag", ms: 5000 });
      const token = await mint(sandbox, globex, narrowed);
      expect(await ask(token)).toEqual([403, "Resource not accessible by integration"]);
      sandbox.clock(6);
      expect((await ask(token))[0]).toBe(200);
    },
  );

  test("the first so many calls alone are refused, where the fault is spent", async () => {
    const match = { path: "/installation/*" };
    sandbox.fault({ kind: "replica-lag", ms: 600_000, match, times: 2 });
    const token = await mint(sandbox, globex);
    const statuses = [await ask(token), await ask(token), await ask(token)].map(
      ([status]) => status,
    );
    expect(statuses).toEqual([401, 401, 200]);
  });

  test("the App's JWT is not late", async () => {
    sandbox.fault({ kind: "replica-lag", ms: 5000 });
    expect((await api(sandbox, "GET /app", { token: await jwtOf(sandbox) })).status).toBe(200);
  });
});
