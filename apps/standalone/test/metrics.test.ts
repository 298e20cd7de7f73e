import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { createApiClient, Layers } from "@layers/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Standalone, type StandaloneFile, startStandalone } from "../src/index.ts";
import { scrape } from "./scrape.ts";
import { quiet, type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

let folder: TemporaryFolder;
let standalone: Standalone;
let file: StandaloneFile;
beforeAll(async () => {
  folder = await temporaryFolder();
  standalone = await startStandalone({ ...quiet(folder.path), METRICS_PORT: "0" });
  if (!standalone.development) throw new Error("Expected a start in development.");
  file = standalone.development.file;
});
afterAll(async () => {
  await standalone[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const read = () => scrape(standalone.metricsUrl);
const enterpriseRoute = "GET /enterprises/{enterprise}/apps/installable_organizations";
/** As an enterprise's key, which has GitHub asked for a token and then for organizations. */
async function askGitHub(): Promise<void> {
  const url = `${file.baseUrl}/enterprises/acme-corp/apps/installable_organizations`;
  const headers = { authorization: `Bearer ${file.keys.enterprise}` };
  expect((await fetch(url, { headers })).status).toBe(200);
}
/** A delivery of the stand-in's App, which leads to a job. */
async function deliverWebhook(): Promise<number> {
  const secrets = parseEnv(readFileSync(join(folder.path, "data/secrets.env"), "utf8"));
  const body = JSON.stringify({ action: "suspend", installation: { id: 1, account: { id: 1 } } });
  const hmac = createHmac("sha256", String(secrets["GITHUB_WEBHOOK_SECRET"])).update(body);
  const headers = {
    "content-type": "application/json",
    "x-github-event": "installation",
    "x-github-delivery": randomUUID(),
    "x-github-hook-installation-target-type": "integration",
    "x-github-hook-installation-target-id": String(file.githubApp.id),
    "x-hub-signature-256": `sha256=${hmac.digest("hex")}`,
  };
  return (await fetch(`${file.baseUrl}/github/webhooks`, { method: "POST", headers, body })).status;
}
const Dashboard = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).default([]) })),
});
const dashboard = new URL("../../../deploy/grafana-dashboard.json", import.meta.url);
const { panels } = Dashboard.parse(JSON.parse(readFileSync(dashboard, "utf8")));
const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const requests = "layers_request_duration_seconds_count";

describe("the metrics of a running service", () => {
  test("tell of each request by operation, transport and class of status", async () => {
    await new Layers({ apiKey: file.keys.admin, baseUrl: file.baseUrl }).keys.whoami();
    const headers = { Authorization: `Bearer ${file.keys.admin}` };
    const api = createApiClient({ url: file.trpcUrl, headers });
    await api.keys.whoami.query();
    await fetch(`${file.baseUrl}/v1/whoami`);
    await fetch(`${file.baseUrl}/livez`);
    const { sum } = await read();
    const route = "keys.whoami";
    expect(sum(requests, { route, transport: "rest", status: "2xx" })).toBe(1);
    expect(sum(requests, { route, transport: "rest", status: "4xx" })).toBe(1);
    expect(sum(requests, { route, transport: "trpc", status: "2xx" })).toBe(1);
    expect(sum(requests, { route: "/livez", transport: "http" })).toBe(1);
    expect(sum("layers_request_duration_seconds_sum", { route })).toBeGreaterThan(0);
  });

  test("tell of each call to GitHub by its route, and of what is left of its limits", async () => {
    await askGitHub();
    const { find, sum } = await read();
    const calls = find("layers_github_calls_total", { outcome: "answered", status: "200" });
    expect(calls.map(({ labels }) => labels["route"])).toContain(enterpriseRoute);
    const seconds = { route: enterpriseRoute };
    expect(sum("layers_github_call_duration_seconds_count", seconds)).toBe(1);
    expect(sum("layers_github_call_duration_seconds_sum", seconds)).toBeGreaterThan(0);
    const [budget] = find("layers_github_budget_left_ratio", { class: "installation" });
    expect(budget?.value).toBeGreaterThan(0);
    expect(budget?.value).toBeLessThan(1);
  });

  test("tell of tokens, webhooks, refusals and wrong credentials", async () => {
    await askGitHub();
    await askGitHub();
    const before = await read();
    expect(before.sum("layers_tokens_total", { source: "minted" })).toBeGreaterThan(0);
    const tellWrong = (token: string) =>
      fetch(`${file.baseUrl}/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
    await tellWrong(`${file.keys.admin.slice(0, -1)}~`);
    const forged = { "content-type": "application/json", "x-hub-signature-256": "sha256=00" };
    const webhooks = `${file.baseUrl}/github/webhooks`;
    await fetch(webhooks, { method: "POST", headers: forged, body: "{}" });
    const after = await read();
    const grown = (name: string, labels: Record<string, string>) =>
      after.sum(name, labels) - before.sum(name, labels);
    expect(grown("layers_credentials_total", { outcome: "failed" })).toBe(1);
    expect(grown("layers_webhooks_total", { outcome: "forged" })).toBe(1);
    for (const reason of ["budget", "concurrency", "capacity", "loop_delay", "guessing"])
      expect(after.find("layers_refused_calls_total", { reason })).toHaveLength(1);
  });

  test("tell of jobs by kind, until they are done", async () => {
    expect(await deliverWebhook()).toBe(202);
    const labels = { kind: "webhook.changed" };
    await expect
      .poll(async () => (await read()).sum("layers_job_age_seconds_count", labels), {
        timeout: 10_000,
      })
      .toBeGreaterThan(0);
    expect((await read()).sum("layers_webhooks_total", { outcome: "queued" })).toBeGreaterThan(0);
  });

  test("name nobody", async () => {
    await askGitHub();
    const { text } = await read();
    expect(text).not.toMatch(/acme|octo-|gic|(?:org|key|req)_[0-9A-Z]{26}|ghs_|lp_test_|127\.0/i);
  });

  test("have no more series however many paths and procedures are tried", async () => {
    const tryOut = async (each: string) => {
      for (const path of [`/v1/${each}`, `/trpc/${each}`, `/trpc/${each},keys.whoami`, `/${each}`])
        await fetch(file.baseUrl + path);
    };
    await tryOut("first");
    const before = (await read()).find(requests).length;
    for (let each = 0; each < 20; each++) await tryOut(`other${each}`);
    const after = await read();
    expect(after.find(requests)).toHaveLength(before);
    expect(after.sum(requests, { route: "unknown", transport: "trpc" })).toBe(21);
    expect(after.sum(requests, { route: "batch", transport: "trpc" })).toBe(21);
    expect(after.sum(requests, { route: "none", transport: "http" })).toBe(42);
  });

  test("tell of the process and of how late its event loop is", async () => {
    const { find } = await read();
    for (const name of ["process_resident_memory_bytes", "nodejs_eventloop_lag_p99_seconds"])
      expect(find(name)[0]?.value).toBeGreaterThan(0);
  });

  test("are at no other address of their port, and nowhere on the service's own", async () => {
    const metricsUrl = String(standalone.metricsUrl);
    expect((await fetch(metricsUrl.replace("/metrics", "/"))).status).toBe(404);
    expect((await fetch(metricsUrl, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${file.baseUrl}/metrics`)).status).toBe(404);
  });

  test("are those that docs/operations.md explains", async () => {
    const page = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| (`[a-z_]+[_*][^|]*) \|/gm)].map(([, cell]) => String(cell));
    const documented = rows.flatMap((cell) => cell.replaceAll("`", "").split(", "));
    const families = (await read()).families.map((name) =>
      name.replace(/^(process|nodejs)_.*/, "$1_*"),
    );
    expect([...new Set(families)].toSorted()).toEqual(documented.toSorted());
  });
});

test("each panel of the dashboard shows what a scrape returns", async () => {
  await askGitHub();
  await deliverWebhook();
  const { text } = await read();
  const names = queries.flatMap(
    (expression) => expression.match(/\b(?:layers|process|nodejs)_\w+/g) ?? [],
  );
  expect(queries.length).toBeGreaterThan(20);
  for (const query of queries) expect(query).toMatch(/\b(?:layers|process|nodejs)_/);
  for (const name of new Set(names))
    expect(text).toMatch(new RegExp(`^(?:${name}[{ ]|# TYPE ${name} gauge)`, "m"));
});

test("without a port for them there are no metrics", async () => {
  await using own = await temporaryFolder();
  await using quietly = await startStandalone(quiet(own.path));
  expect(quietly.metricsUrl).toBeUndefined();
});

test("a taken port is named in the refusal to start", async () => {
  await using own = await temporaryFolder();
  const METRICS_PORT = new URL(String(standalone.metricsUrl)).port;
  await expect(startStandalone({ ...quiet(own.path), METRICS_PORT })).rejects.toThrow(
    `METRICS_PORT: port ${METRICS_PORT} of 127.0.0.1 cannot be used (EADDRINUSE)`,
  );
});
