import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, deploy } from "./deployment.ts";

let deployment: Deployment;
let ladmin: Deployment["ladmin"];
let done: Deployment["done"];
beforeAll(async () => {
  deployment = await deploy();
  ({ ladmin, done } = deployment);
});
afterAll(() => deployment[Symbol.asyncDispose]());

const actions = async (organizationId: string) =>
  (await deployment.store.audit.tail({ organizationId }, 100)).map(
    ({ actor, action }) => `${actor} ${action}`,
  );

describe("org create", () => {
  test("prints the id alone, so that a script can keep it", async () => {
    const { code, stdout, stderr } = await ladmin("org", "create", "Gic Growth");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^org_[0-9A-HJKMNP-TV-Z]{26}\n$/);
    expect(stderr).toContain("ladmin key create --org org_");
    expect(await deployment.store.organizations.find(stdout.trim())).toMatchObject({
      name: "Gic Growth",
    });
    expect(await actions(stdout.trim())).toEqual(["operator organization.create"]);
  });

  test("prints one document with --json", async () => {
    const created = await ladmin("org", "create", "Acme", "--json");
    expect(created.json()).toEqual({
      id: expect.stringMatching(/^org_/),
      name: "Acme",
      consentRequired: true,
      suspendedAt: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(created.stderr).toBe("");
  });

  test("refuses a name that would play with the terminal", async () => {
    const { code, stdout, stderr } = await ladmin("org", "create", "a\u001b[2Jb");
    expect([code, stdout]).toEqual([4, ""]);
    expect(stderr).toBe("error: A name has 1 to 100 characters, none of them invisible.\n");
  });
});

test("org list shows every organization, aligned", async () => {
  await using other = await deploy();
  const empty = await other.ladmin("org", "list");
  expect(empty).toMatchObject({ code: 0, stdout: "" });
  expect(empty.stderr).toContain("ladmin org create");
  const short = await other.done("org", "create", "A");
  const long = await other.done("org", "create", "A much longer name");
  const [heading = "", ...lines] = (await other.done("org", "list")).split("\n");
  expect(lines.map((line) => line.split(" ")[0])).toEqual([short, long]);
  for (const line of lines) expect(line.indexOf("active")).toBe(heading.indexOf("STATUS"));
  const { items } = (await other.ladmin("org", "list", "--json")).json();
  expect(items).toMatchObject([{ id: short }, { id: long }]);
});

describe("org suspend", () => {
  test("asks, and where nobody can answer wants --yes", async () => {
    const id = await done("org", "create", "Acme");
    const { code, stdout, stderr } = await ladmin("org", "suspend", id);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--yes");
    expect(await deployment.store.organizations.find(id)).toMatchObject({ suspendedAt: null });
  });

  test("has the running service refuse every key until org resume", async () => {
    const id = await done("org", "create", "Acme");
    const key = await done("key", "create", "--org", id, "--name", "k", "--scope", "*");
    expect(await deployment.accepts(key)).toBe(true);
    expect(await ladmin("org", "suspend", id, "--yes")).toMatchObject({ code: 0, stdout: "" });
    await expect.poll(() => deployment.accepts(key), { timeout: 3000 }).toBe(false);
    const again = await deployment.here("org", "suspend", id);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("was suspended already");
    const resumed = await ladmin("org", "resume", id, "--json");
    expect(resumed.json()).toMatchObject({ id, suspendedAt: null });
    await expect.poll(() => deployment.accepts(key), { timeout: 3000 }).toBe(true);
    expect(await actions(id)).toEqual([
      "operator organization.create",
      "operator key.create",
      "operator organization.suspend",
      "operator organization.resume",
    ]);
  });

  test.each(["suspend", "resume"])(
    "org %s says when there is no such organization",
    async (verb) => {
      const { code, stderr } = await deployment.here("org", verb, "org_nope", "--json");
      expect(code).toBe(3);
      expect(JSON.parse(stderr)).toEqual({
        error: "There is no organization org_nope: `ladmin org list` shows them.",
        code: "NOT_FOUND",
      });
    },
  );
});

describe("consent", () => {
  test("is on, and goes off and on", async () => {
    const id = await done("org", "create", "Acme");
    const off = await ladmin("consent", "off", id);
    expect(off).toMatchObject({ code: 0, stdout: "" });
    expect(off.stderr).toContain("without asking");
    expect(await deployment.store.organizations.find(id)).toMatchObject({ consentRequired: 0 });
    const on = await ladmin("consent", "on", id, "--json");
    expect(on.json()).toMatchObject({ id, consentRequired: true });
    await done("consent", "on", id);
    expect(await actions(id)).toEqual([
      "operator organization.create",
      "operator consent.off",
      "operator consent.on",
    ]);
  });

  test("of an organization that is not there is not found", async () => {
    expect(await ladmin("consent", "off", "org_nope")).toMatchObject({ code: 3, stdout: "" });
  });
});
