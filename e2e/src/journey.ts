import { type Browser, createBrowser } from "@layers/github-sandbox/browser";
import { type Connector, type Partner, returnUrl } from "./connector.ts";
import { send } from "./http.ts";

/** A browser that stops where the partner's site would be. */
export const customerBrowser = (): Browser =>
  createBrowser({ stopAt: (url) => url.hostname === new URL(returnUrl).hostname });

export interface InstallUrl {
  readonly authUrl: string;
  readonly state: string;
  readonly expiresAt: string;
}

/** Asks for an install URL as the partner's back end does. */
export async function getInstallUrl({ url }: Connector, { key }: Partner): Promise<InstallUrl> {
  const query = new URLSearchParams({ returnUrl }).toString();
  const { body } = await send(`GET /v1/github/installation/install-url?${query}`, url, { key });
  return body as InstallUrl;
}

/** Signs in at the stand-in. */
export async function signIn(browser: Browser, { sandbox }: Connector, login: string) {
  await browser.visit(`${sandbox.url}/login`);
  await browser.click(login);
}

/** Authorizes the App if GitHub asks for it. */
export async function authorizeIfAsked(browser: Browser): Promise<void> {
  if (browser.buttons.includes("Authorize")) await browser.click("Authorize");
}

/** The parameters with which the browser arrived at the partner. */
export const arrivedWith = (browser: Browser): Record<string, string> =>
  Object.fromEntries(new URL(browser.url).searchParams);

export interface Proven {
  readonly state: string;
  readonly installationId: number;
}

/** Installs on an account in a browser, up to the arrival at the partner. */
export async function installInBrowser(
  connector: Connector,
  partner: Partner,
  { login, account }: { readonly login: string; readonly account: string },
): Promise<Proven> {
  const { authUrl, state } = await getInstallUrl(connector, partner);
  const browser = customerBrowser();
  await signIn(browser, connector, login);
  await browser.visit(authUrl);
  await browser.click(account);
  browser.choose("All repositories");
  await browser.click("Install");
  await authorizeIfAsked(browser);
  await browser.click(`Connect ${account}`);
  const { installation_id } = arrivedWith(browser);
  return { state, installationId: Number(installation_id) };
}

/** Connects an App that is installed already, without GitHub's install page. */
export async function connectInBrowser(
  connector: Connector,
  partner: Partner,
  { login, account }: { readonly login: string; readonly account: string },
): Promise<Proven> {
  const { state } = await getInstallUrl(connector, partner);
  const browser = customerBrowser();
  await signIn(browser, connector, login);
  await browser.visit(`${connector.url}/github/app/connect?${new URLSearchParams({ state })}`);
  await authorizeIfAsked(browser);
  await browser.click(`Connect ${account}`);
  const { installation_id } = arrivedWith(browser);
  return { state, installationId: Number(installation_id) };
}

/** Posts what was proven, as the partner's back end does. */
export function register({ url }: Connector, { key }: Partner, { state, installationId }: Proven) {
  return send("POST /v1/github/installation", url, { key, body: { installationId, state } });
}

/** Everything up to a bound installation of `acme-coffee`. */
export async function bindAcme(connector: Connector, partner: Partner): Promise<Proven> {
  const proven = await installInBrowser(connector, partner, {
    login: "octo-admin",
    account: "acme-coffee",
  });
  await register(connector, partner, proven);
  return proven;
}
