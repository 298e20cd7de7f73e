import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { toEdition } from "../src/edition.ts";
import { api, appOf, complaints, mint, startSandbox } from "./harness.ts";

const permissions = { metadata: "read", content_references: "write" } as const;
const sandbox = await startSandbox({ permissions }, { edition: "ghes-3.3" });
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const globex = 50291001;
const text = { title: "[A-1234] Error found in core/models.py file", body: "The details" };
const headers = { accept: "application/vnd.github.corsair-preview+json" };

const post = () => sandbox.world.postUrl("globex/rocket", "https://errors.example/A-1234");
const firstForm = (id: number) => `POST /content_references/${id}/attachments`;
const laterForm = (id: number) => `POST /repos/globex/rocket/content_references/${id}/attachments`;

const attach = async (route: string, body: string | object = text, token?: string) =>
  api(sandbox, route, { token: token ?? (await mint(sandbox, globex)), headers, body });

describe.each([
  ["first", firstForm],
  ["later", laterForm],
])("The %s form of the route", (_form, routeTo) => {
  test("attaches a title and a body to a URL", async () => {
    const id = post();
    const attached = await attach(routeTo(id));
    expect(attached.status).toBe(200);
    expect(attached.body).toEqual({ id: expect.any(Number), ...text });
    expect(complaints(routeTo(id), attached, { edition: "2.2.1" })).toEqual([]);
    expect(sandbox.world.attachments(id)).toEqual([{ ...attached.body, referenceId: id }]);
  });

  test("needs the preview media type", async () => {
    const id = post();
    const token = await mint(sandbox, globex);
    for (const accept of ["application/json", "application/vnd.github+json"]) {
      const refused = await api(sandbox, routeTo(id), { token, headers: { accept }, body: text });
      expect(refused.status).toBe(415);
      expect(complaints(routeTo(id), refused, { edition: "2.2.1" })).toEqual([]);
    }
    expect(sandbox.world.attachments(id)).toEqual([]);
  });

  test("needs an installation's token", async () => {
    const id = post();
    const { accessToken } = sandbox.world.authorize("globex-admin");
    const refused = await attach(routeTo(id), text, accessToken);
    expect([refused.status, refused.body.message]).toEqual([
      403,
      "Resource not accessible by integration",
    ]);
    const nobody = await api(sandbox, routeTo(id), { headers, body: text });
    expect(nobody.status).toBe(401);
  });

  test("needs the permission to write content references", async () => {
    const id = post();
    for (const granted of [{ metadata: "read" }, { content_references: "read" }]) {
      const token = await mint(sandbox, globex, { permissions: granted });
      expect((await attach(routeTo(id), text, token)).status).toBe(403);
    }
  });

  test("finds no URL that the token does not reach, nor one that nobody posted", async () => {
    const id = post();
    const narrowed = await mint(sandbox, globex, { repositories: ["payroll"] });
    const other = await mint(sandbox, sandbox.world.install("acme-coffee").id);
    for (const token of [narrowed, other])
      expect((await attach(routeTo(id), text, token)).status).toBe(404);
    expect((await attach(routeTo(id + 1))).status).toBe(404);
    expect(sandbox.world.attachments(id)).toEqual([]);
  });

  test("finds a URL for six hours", async () => {
    const attachAfter = async (seconds: number) => {
      sandbox.clock(-seconds);
      const id = post();
      sandbox.clock(0);
      return (await attach(routeTo(id))).status;
    };
    expect(await attachAfter(6 * 3600 - 60)).toBe(200);
    expect(await attachAfter(6 * 3600 + 60)).toBe(404);
  });

  test.each([
    ["no title", { body: "x" }],
    ["no body", { title: "x" }],
    ["an empty title", { ...text, title: "" }],
    ["an empty body", { ...text, body: "" }],
    ["a title that is no text", { ...text, title: 1 }],
    ["a title of 1025 characters", { ...text, title: "x".repeat(1025) }],
    ["a body of 262145 characters", { ...text, body: "x".repeat(262_145) }],
  ])("refuses %s with 422", async (_what, body) => {
    const id = post();
    const refused = await attach(routeTo(id), body);
    expect(refused.status).toBe(422);
    expect(complaints(routeTo(id), refused, { edition: "2.2.1" })).toEqual([]);
    expect(sandbox.world.attachments(id)).toEqual([]);
  });

  test("takes a title of 1024 and a body of 262144 characters, of whatever length in bytes", async () => {
    const longest = { title: "é".repeat(1024), body: "☕".repeat(262_144) };
    const attached = await attach(routeTo(post()), longest);
    expect(attached.body).toMatchObject(longest);
  });
});

test("The later form wants the URL's own repository", async () => {
  const id = post();
  const elsewhere = laterForm(id).replace("rocket", "payroll");
  expect((await attach(elsewhere)).status).toBe(404);
});

test("A suspended installation attaches nothing", async () => {
  const id = post();
  const token = await mint(sandbox, globex);
  sandbox.world.suspend("globex");
  expect((await attach(firstForm(id), text, token)).status).toBe(403);
});

test("Octokit attaches", async () => {
  const id = post();
  const octokit = await appOf(sandbox).getInstallationOctokit(globex);
  const { data } = await octokit.request(laterForm(id), {
    ...text,
    headers,
  });
  expect(data).toMatchObject(text);
});

test("A URL is posted over HTTP too", async () => {
  const admin = (body: object) =>
    fetch(`${sandbox.url}/_sandbox/content-references`, {
      method: "POST",
      body: JSON.stringify(body),
    });
  const url = "https://errors.example/A-1";
  const { id } = JSON.parse(await (await admin({ repository: "globex/rocket", url })).text());
  expect((await attach(firstForm(id))).status).toBe(200);
  expect((await admin({ repository: "globex/nothing", url })).status).toBe(404);
  expect((await admin({ repository: "globex/rocket", url: "no URL" })).status).toBe(400);
});

describe("An edition", () => {
  test.each(["dotcom", "ghec"] as const)("%s has no content attachments", async (edition) => {
    await using other = await startSandbox({ permissions }, { edition });
    const id = other.world.postUrl("globex/rocket", "https://errors.example/A-1");
    const token = await mint(other, globex);
    for (const route of [firstForm(id), laterForm(id)]) {
      const { status, body } = await api(other, route, { token, headers, body: text });
      expect(status).toBe(404);
      expect(body).toEqual({
        message: "Not Found",
        documentation_url: "https://docs.github.com/rest",
        status: "404",
      });
    }
    const { headers: answered } = await api(other, "GET /versions");
    expect(answered.get("x-github-enterprise-version")).toBeNull();
  });

  test("ghes-3.3 names its version", async () => {
    const { headers: answered } = await api(sandbox, "GET /versions");
    expect(answered.get("x-github-enterprise-version")).toBe("3.3.0");
  });

  test("is one of three", () => {
    expect(toEdition("ghec")).toBe("ghec");
    expect(() => toEdition("ghes-3.4")).toThrow("dotcom, ghec, ghes-3.3");
  });
});
