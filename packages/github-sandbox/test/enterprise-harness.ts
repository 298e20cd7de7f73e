import { createBodyJudge } from "@layers/github-openapi";
import { expect } from "vitest";
import type { GitHubSandbox } from "../src/index.ts";
import { type ApiRequest, api, mint } from "./harness.ts";

/** The App's installation on the fixture enterprise. */
export const acmeCorp = 50291002;
export const brewBuilds = "Iv23liBrewBuildsApp1";
export const orgChart = "Iv23liOrgChartApp001";

const judge = createBodyJudge();

/** One plain request to an enterprise's route; GitHub's own description judges every answer. */
export async function ask(sandbox: GitHubSandbox, route: string, request: ApiRequest = {}) {
  const response = await api(sandbox, route, request);
  const { status } = response;
  const [method = "", target = ""] = route.split(" ");
  const path = target.replace(/\?.*/, "");
  const body = status === 204 ? undefined : response.body;
  expect(judge({ edition: "ghec", method, path, status, body })).toEqual([]);
  return response;
}

/** Asks `/enterprises/acme-corp/apps…` with a token of the installation on it. */
export const asAcmeCorp =
  (sandbox: GitHubSandbox) =>
  async (route: string, body?: object, permissions?: Record<string, string>) => {
    const token = await mint(sandbox, acmeCorp, permissions && { permissions });
    const full = route.replace(" ", " /enterprises/acme-corp/apps");
    return ask(sandbox, full, { token, ...(body && { body }) });
  };

/** Where the Apps of an organization of acme-corp are. */
export const installationsOf = (organization: string) =>
  `/organizations/${organization}/installations`;

export const namesIn = (body: unknown) => (body as { name: string }[]).map(({ name }) => name);

/** Kinds of the changes since the last reset, of requests alone. */
export const changesOf = (sandbox: GitHubSandbox) =>
  sandbox.changes().flatMap(({ kind, request }) => (request ? [kind] : []));
