import { CookieJar } from "tough-cookie";
import { type HttpResponse, send } from "./send.ts";

const mostRedirects = 20;

/** A page that a browser is asked to load. */
export interface Target {
  url: URL;
  method: "GET" | "POST";
  body?: string;
  /** The page that leads there; nothing for a typed address. */
  initiator?: URL;
}

export interface Arrival {
  url: URL;
  response: HttpResponse | null;
}

type Relation = "none" | "same-origin" | "same-site" | "cross-site";

/** Loopback names and addresses are sites of their own; ports do not matter to a site. */
function relationOf(initiator: URL | undefined, target: URL): Relation {
  if (!initiator) return "none";
  if (initiator.origin === target.origin) return "same-origin";
  const sameSite = initiator.protocol === target.protocol && initiator.hostname === target.hostname;
  return sameSite ? "same-site" : "cross-site";
}

const order: readonly Relation[] = ["none", "same-origin", "same-site", "cross-site"];

/** The farthest relation on a way with redirects counts. */
const farther = (left: Relation, right: Relation) =>
  order.indexOf(left) > order.indexOf(right) ? left : right;

function sameSiteContext(relation: Relation, method: string): "strict" | "lax" | "none" {
  if (relation !== "cross-site") return "strict";
  return method === "GET" ? "lax" : "none";
}

const withoutBody = ({ body: _body, ...rest }: Target): Target => rest;

const keepsMethod = (status: number) => status === 307 || status === 308;

function nextTarget(target: Target, { status, headers }: HttpResponse): Target | undefined {
  if (status < 300 || status > 399 || !headers.location) return undefined;
  const url = new URL(headers.location, target.url);
  return keepsMethod(status) ? { ...target, url } : { ...withoutBody(target), url, method: "GET" };
}

/** A cookie jar and the way from an address to a page: redirects, cookies, and what browsers tell. */
export function createNavigator(stopAt: (url: URL) => boolean) {
  const jar = new CookieJar(undefined, {
    prefixSecurity: "strict",
    rejectPublicSuffixes: false,
    allowSpecialUseDomain: true,
  });

  async function headersFor(target: Target, relation: Relation): Promise<Record<string, string>> {
    const context = sameSiteContext(relation, target.method);
    const cookie = await jar.getCookieString(target.url.href, { sameSiteContext: context });
    const posts = target.method === "POST";
    return {
      accept: "text/html,application/xhtml+xml,*/*;q=0.8",
      "accept-language": "en",
      "user-agent": "Mozilla/5.0 (scripted; github-sandbox)",
      "sec-fetch-dest": "document",
      "sec-fetch-mode": "navigate",
      "sec-fetch-site": relation,
      "sec-fetch-user": "?1",
      "upgrade-insecure-requests": "1",
      ...(cookie && { cookie }),
      ...(posts && { "content-type": "application/x-www-form-urlencoded" }),
      ...(posts && target.initiator && { origin: target.initiator.origin }),
    };
  }

  async function load(target: Target, relation: Relation): Promise<HttpResponse> {
    const { url, method, body } = target;
    const headers = await headersFor(target, relation);
    const response = await send({ url, method, headers, ...(body !== undefined && { body }) });
    for (const cookie of response.headers["set-cookie"] ?? [])
      await jar.setCookie(cookie, url.href, {
        ignoreError: true,
        sameSiteContext: sameSiteContext(relation, method),
      });
    return response;
  }

  /** @throws when nobody answers, or the redirects do not end. */
  async function navigate(first: Target): Promise<Arrival> {
    let target = first;
    let relation = relationOf(first.initiator, first.url);
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      if (stopAt(target.url)) return { url: target.url, response: null };
      const response = await load(target, relation);
      const next = nextTarget(target, response);
      if (!next) return { url: target.url, response };
      relation = farther(
        relation,
        first.initiator ? relationOf(first.initiator, next.url) : "none",
      );
      target = next;
    }
    throw new Error(`More than ${mostRedirects} redirects, the last to ${target.url.href}`);
  }

  return { navigate, cookies: (url: string) => jar.getCookies(url) };
}
