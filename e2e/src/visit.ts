import type { GitHubSandbox } from "@layers/github-sandbox";
import { returnUrl } from "./connector.ts";

/** Where a visit to our pages ended: at the partner, with these parameters, or on a page. */
export type Ending =
  | { readonly partner: Readonly<Record<string, string>> }
  | { readonly page: number };

/** A person who is signed in at the stand-in and has authorized the App before. */
export interface Session {
  readonly cookie: string;
}

/** A kept connection may be closed just when it is used again: one in some hundred thousand times. */
export const ownConnection = { connection: "close" } as const;

/** Signs a person in without the pages for it. */
export async function openSession(sandbox: GitHubSandbox, login: string): Promise<Session> {
  sandbox.world.authorize(login);
  const response = await fetch(`${sandbox.url}/_sandbox/login`, {
    method: "POST",
    headers: ownConnection,
    body: JSON.stringify({ login }),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${login} could not sign in.`);
  return { cookie: nameAndValue(response.headers.getSetCookie()[0] ?? "") };
}

export interface VisitOptions {
  readonly click?: "connect" | "decline";
  /** An address of the site where the visit ends. */
  readonly endsAt?: string;
}

/**
 * Goes where a page of ours leads: to GitHub and back, and through the consent page with one click.
 * Lighter than the scripted browser, for when thousands of visits are made.
 */
export async function visit(
  start: string,
  session: Session,
  { click = "connect", endsAt = returnUrl }: VisitOptions = {},
): Promise<Ending> {
  const cookies = new Map([["session", session.cookie]]);
  const way = { cookies, endsAt: new URL(endsAt).host };
  const first = await follow(start, way);
  const token = first.text && /name="token" value="([^"]+)"/.exec(first.text)?.[1];
  if (!token) return first.ending;
  const installationId = /name="installation_id" value="(\d+)"/.exec(first.text)?.[1] ?? "";
  const form =
    click === "connect" ? { token, installation_id: installationId } : { token, decline: "true" };
  const consent = new URL("/github/app/consent", start).href;
  return (await follow(consent, way, new URLSearchParams(form))).ending;
}

interface Arrival {
  readonly ending: Ending;
  readonly text: string;
}

interface Way {
  readonly cookies: Map<string, string>;
  readonly endsAt: string;
}

async function follow(
  start: string,
  { cookies, endsAt }: Way,
  form?: URLSearchParams,
): Promise<Arrival> {
  let url = start;
  let body = form;
  for (;;) {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { ...ownConnection, cookie: [...cookies.values()].join("; ") },
      ...(body && { method: "POST", body }),
    });
    const text = await response.text();
    for (const set of response.headers.getSetCookie())
      cookies.set(set.split("=", 1)[0] ?? "", nameAndValue(set));
    const location = response.headers.get("location");
    if (!location) return { ending: { page: response.status }, text };
    const next = new URL(location, url);
    if (next.host === endsAt)
      return { ending: { partner: Object.fromEntries(next.searchParams) }, text: "" };
    url = next.href;
    body = undefined;
  }
}

const nameAndValue = (setCookie: string): string => setCookie.split(";", 1)[0] ?? "";
