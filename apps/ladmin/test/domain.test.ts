import { afterAll, beforeAll, expect, test } from "vitest";
import { type Deployment, deploy, run } from "./deployment.ts";

let deployment: Deployment;
let ladmin: Deployment["ladmin"];
let key: string;
beforeAll(async () => {
  deployment = await deploy();
  ({ ladmin } = deployment);
  const org = await deployment.done("org", "create", "Acme");
  const args = ["--org", org, "--name", "k", "--scope", "github:admin", "--json"];
  key = (await ladmin("key", "create", ...args)).json().id;
});
afterAll(() => deployment[Symbol.asyncDispose]());

const details = async () =>
  (await deployment.store.audit.tail({}, 100))
    .filter(({ action }) => action.startsWith("domain."))
    .map(({ action, details: text }) => `${action} ${text}`);

test("domains are added, listed and removed", async () => {
  const none = await ladmin("domain", "list", key);
  expect(none).toMatchObject({ code: 0, stdout: "" });
  expect(none.stderr).toContain("ladmin domain add");
  expect((await ladmin("domain", "add", key, "app.example.com")).stdout).toBe("app.example.com\n");
  await ladmin("domain", "add", key, "*.preview.example.com:8443");
  const added = await ladmin("domain", "add", key, "app.example.com", "--json");
  const items = ["app.example.com", "*.preview.example.com:8443"];
  expect(added.json()).toEqual({ apiKeyId: key, items });
  expect((await ladmin("domain", "list", key)).stdout).toBe(`${items.join("\n")}\n`);
  const removed = await ladmin("domain", "remove", key, "app.example.com");
  expect(removed.stdout).toBe("*.preview.example.com:8443\n");
  expect(await details()).toEqual([
    'domain.add {"domain":"app.example.com"}',
    'domain.add {"domain":"*.preview.example.com:8443"}',
    'domain.remove {"domain":"app.example.com"}',
  ]);
});

test.each(["*", "com", "co.uk", "github.io", "App.example.com", "app.example.com/x", "127.0.0.1"])(
  "%s is refused",
  async (domain) => {
    const before = await details();
    const { code, stdout, stderr } = await deployment.here("domain", "add", key, domain);
    expect([code, stdout]).toEqual([4, ""]);
    expect(stderr).toContain(`The domain "${domain}" is refused.`);
    expect(await details()).toEqual(before);
  },
);

test("an exact origin on this machine is for test keys only", async () => {
  const args = ["domain", "add", key, "http://127.0.0.1:4020"];
  expect(await ladmin(...args)).toMatchObject({ code: 4 });
  const asTest = await run({ ...deployment.env, KEY_ENV: "test" }, args);
  expect(asTest.stdout).toContain("http://127.0.0.1:4020\n");
});

test("what is not there is not found", async () => {
  expect(await ladmin("domain", "remove", key, "no.example.com")).toMatchObject({ code: 3 });
  expect(await ladmin("domain", "add", "key_nope", "app.example.com")).toMatchObject({ code: 3 });
  expect(await ladmin("domain", "list", "key_nope")).toMatchObject({ code: 3 });
});
