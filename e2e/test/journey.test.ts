import { Octokit } from "octokit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import { getInstallUrl, installInBrowser, register } from "../src/journey.ts";

let connector: Connector;
let partner: Partner;
beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
});
afterAll(() => connector[Symbol.asyncDispose]());

const call = (target: string, body?: unknown) =>
  send(target, connector.url, { key: partner.key, body });

describe("a partner's whole journey", () => {
  test("starts with an install URL as the documentation prints it", async () => {
    const query = new URLSearchParams({ returnUrl }).toString();
    const { status, body } = await call(`GET /v1/github/installation/install-url?${query}`);
    const { state, ...rest } = body as { state: string };
    expect(status).toBe(200);
    expect(state).toMatch(/^[\w-]{32}$/);
    const link = `${connector.sandbox.url}/github-apps/layers-connector/installations/new?state=${state}&redirect_uri=${encodeURIComponent(returnUrl)}`;
    expect(rest).toEqual({
      authUrl: link,
      installUrl: link,
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test("installs, proves, consents, binds, lists, uses and detaches", async () => {
    const proven = await installInBrowser(connector, partner, {
      login: "octo-admin",
      account: "acme-coffee",
    });
    const registered = await register(connector, partner, proven);
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual({
      installationId: 50291845,
      githubAccount: { login: "acme-coffee", type: "Organization" },
      orgLogin: "acme-coffee",
      status: "active",
      registeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
    });
    const shown = await call("GET /v1/github/installation");
    expect(shown.body).toEqual({
      ...(registered.body as object),
      lastVerifiedAt: expect.any(String),
    });

    const names = new Set<string>();
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `&cursor=${cursor}` : "";
      const page = await call(`GET /v1/github/repos?limit=90${query}`);
      const { items, nextCursor } = page.body as {
        items: { fullName: string }[];
        nextCursor: string | null;
      };
      for (const { fullName } of items) names.add(fullName);
      cursor = nextCursor;
    } while (cursor);
    expect(names.size).toBe(240);

    const [fullName = ""] = names;
    const name = fullName.split("/")[1] ?? "";
    const minted = await call("POST /v1/github/installation/token", {
      repositories: [name],
      permissions: { contents: "read" },
    });
    expect(minted.status).toBe(201);
    const { token } = minted.body as { token: string };
    const octokit = new Octokit({ auth: token, baseUrl: connector.sandbox.apiUrl });
    const { data } = await octokit.request("GET /installation/repositories");
    expect(data.repositories.map((repository) => repository.full_name)).toEqual([fullName]);

    const detached = await call("DELETE /v1/github/installation");
    expect(detached).toMatchObject({ status: 200, body: { status: "detached" } });
    await expect(octokit.request("GET /installation/repositories")).rejects.toMatchObject({
      status: 401,
    });
    expect(await call("GET /v1/github/installation")).toMatchObject({ status: 404 });
  });

  test("a state is good for the same install URL again while it is new", async () => {
    const first = await getInstallUrl(connector, partner);
    const query = new URLSearchParams({ returnUrl, state: first.state }).toString();
    const again = await call(`GET /v1/github/installation/install-url?${query}`);
    expect(again.body).toMatchObject({ expiresAt: first.expiresAt, state: first.state });
  });
});
