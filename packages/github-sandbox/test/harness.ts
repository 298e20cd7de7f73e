import { createHash, createPrivateKey } from "node:crypto";
import { type ApiVersion, createBodyJudge, type Edition } from "@layers/github-openapi";
import { SignJWT } from "jose";
import { App, Octokit } from "octokit";
import { type Browser, createBrowser } from "../src/browser/index.ts";
import {
  type AppOptions,
  type GitHubSandbox,
  generateAppKeyPair,
  type SandboxOptions,
  startGitHubSandbox,
} from "../src/index.ts";

export const clientSecret = "the client secret of the tests";
export const setupUrl = "https://app.example/setup";
export const callbackUrl = "https://app.example/callback";
export const keys = await generateAppKeyPair();

export function startSandbox(
  app: Partial<AppOptions> = {},
  options: Partial<Omit<SandboxOptions, "app">> = {},
): Promise<GitHubSandbox> {
  const settings = { setupUrl, callbackUrls: [callbackUrl] };
  return startGitHubSandbox({
    port: 0,
    ...options,
    app: { ...keys, clientSecret, ...settings, ...app },
  });
}

/** An App that never generated a key. */
export const startKeylessSandbox = () => startGitHubSandbox({ port: 0, app: { clientSecret } });

const quiet = () => undefined;

/** Octokit as a consumer sets it up, but without waiting between requests, and silent. */
const octokitFor = (sandbox: GitHubSandbox) =>
  Octokit.defaults({
    baseUrl: sandbox.apiUrl,
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });

export const appOf = (sandbox: GitHubSandbox, appId: number | string = sandbox.app.id) =>
  new App({
    appId,
    privateKey: keys.privateKey,
    oauth: { clientId: sandbox.app.clientId, clientSecret },
    Octokit: octokitFor(sandbox),
  });

export interface ApiRequest {
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: string | object;
}

/** One plain request: `api(sandbox, "GET /app", { token })`. */
export async function api(sandbox: GitHubSandbox, route: string, request: ApiRequest = {}) {
  const [method = "GET", path = ""] = route.split(" ");
  const { token, headers, body } = request;
  const response = await fetch(`${sandbox.apiUrl}${path}`, {
    method,
    headers: {
      "user-agent": "tests",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: parsed };
}

/** The App's client id and secret, or others, as `/applications/…` wants them. */
export function basicOf(
  sandbox: GitHubSandbox,
  { id = sandbox.app.clientId, secret = clientSecret } = {},
) {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
}

const judge = createBodyJudge();

/** What GitHub's own description has against an answer: nothing, when the stand-in is right. */
export function complaints(
  route: string,
  answer: { status: number; body?: unknown },
  described: { edition?: Edition; version?: ApiVersion } = {},
) {
  const [method = "", path = ""] = route.split(" ");
  return judge({ edition: "api.github.com", ...described, method, path, ...answer });
}

const signingKey = createPrivateKey(keys.privateKey);

/** An App JWT of these claims; by default one that GitHub accepts. */
export function jwtOf(sandbox: GitHubSandbox, claims: Record<string, unknown> = {}) {
  const now = Math.floor(Date.now() / 1000);
  const payload: object = { iat: now - 60, exp: now + 540, iss: sandbox.app.id, ...claims };
  return new SignJWT({ ...payload }).setProtectedHeader({ alg: "RS256" }).sign(signingKey);
}

/** Mints an installation token and answers its text. */
export async function mint(sandbox: GitHubSandbox, installationId: number, body: object = {}) {
  const token = await jwtOf(sandbox);
  const route = `POST /app/installations/${installationId}/access_tokens`;
  const minted = await api(sandbox, route, { token, body });
  if (minted.status !== 201) throw new Error(`No token: ${JSON.stringify(minted.body)}`);
  return String(minted.body.token);
}

/** A browser that stops where the App would be, signed in as somebody or as nobody. */
export async function openBrowser(sandbox: GitHubSandbox, login?: string): Promise<Browser> {
  const browser = createBrowser({ stopAt: ({ hostname }) => hostname === "app.example" });
  if (login !== undefined) {
    await browser.visit(`${sandbox.url}/login`);
    await browser.click(login);
  }
  return browser;
}

export const installUrl = (sandbox: GitHubSandbox, query = "") =>
  `${sandbox.url}/apps/${sandbox.app.slug}/installations/new${query}`;

/** Address and parameters of a redirect to the App. */
export function arrivalOf(browser: Browser) {
  const { origin, pathname, searchParams } = new URL(browser.url);
  return { address: `${origin}${pathname}`, params: Object.fromEntries(searchParams) };
}

export const verifier = "a-verifier-of-at-least-forty-three-characters-000";
export const challenge = createHash("sha256").update(verifier).digest("base64url");

export function authorizeUrl(sandbox: GitHubSandbox, params: Record<string, string> = {}) {
  const query = new URLSearchParams({ client_id: sandbox.app.clientId, ...params });
  return `${sandbox.url}/login/oauth/authorize?${query.toString()}`;
}

/** Posts to the token endpoint as the App does; `undefined` leaves a parameter out. */
export async function exchange(sandbox: GitHubSandbox, params: Record<string, string | undefined>) {
  const all = { client_id: sandbox.app.clientId, client_secret: clientSecret, ...params };
  const response = await fetch(`${sandbox.url}/login/oauth/access_token`, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(all),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
