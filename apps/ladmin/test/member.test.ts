import { afterAll, beforeAll, expect, test } from "vitest";
import { type Deployment, deploy } from "./deployment.ts";

const userId = "6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11";

let deployment: Deployment;
let ladmin: Deployment["ladmin"];
let org: string;
beforeAll(async () => {
  deployment = await deploy();
  ({ ladmin } = deployment);
  org = await deployment.done("org", "create", "Acme");
});
afterAll(() => deployment[Symbol.asyncDispose]());

const actions = async () =>
  (await deployment.store.audit.tail({ organizationId: org }, 100)).map(
    ({ action, target, details }) => `${action} ${target} ${details}`,
  );

test("a user becomes a member, then an owner, then none, and each change is told", async () => {
  const added = await ladmin("member", "add", org, userId.toUpperCase());
  expect(added).toMatchObject({ code: 0, stdout: "" });
  expect(added.stderr).toContain(`${userId} is member of "Acme"`);
  const changed = await ladmin("member", "add", org, userId, "--role", "owner", "--json");
  const view = {
    organizationId: org,
    userId,
    role: "owner",
    createdAt: expect.stringMatching(/^\d{4}-/),
  };
  expect(changed.json()).toEqual(view);
  await ladmin("member", "add", org, userId, "--role", "owner");
  expect((await ladmin("member", "list", org, "--json")).json()).toEqual({ items: [view] });
  expect(await deployment.done("member", "list", org)).toMatch(/USER[\s\S]*owner/);

  expect(await ladmin("member", "remove", org, userId)).toMatchObject({ code: 0, stdout: "" });
  expect((await ladmin("member", "list", org)).stderr).toContain("ladmin member add");
  expect(await actions()).toEqual([
    expect.stringContaining("organization.create"),
    `member.add ${userId} {"role":"member"}`,
    `member.change ${userId} {"role":"owner"}`,
    `member.remove ${userId} {}`,
  ]);
});

test.each([
  {
    what: "who is no member cannot be removed",
    args: ["remove", "ORG", userId],
    code: 3,
    hint: "member list",
  },
  {
    what: "an organization that is not there has no members",
    args: ["add", "org_nope", userId],
    code: 3,
    hint: "org list",
  },
  { what: "what is no user's id is refused", args: ["add", "ORG", "octo"], code: 4, hint: "sub" },
  {
    what: "a role that is none is refused",
    args: ["add", "ORG", userId, "--role", "king"],
    code: 4,
    hint: "owner",
  },
])("$what", async ({ args, code, hint }) => {
  const result = await deployment.here("member", ...args.map((each) => each.replace("ORG", org)));
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).toContain(hint);
});
