import { z } from "zod";
import type { Connector } from "./connector.ts";
import { send } from "./http.ts";
import { type PortalUser, sessionHeaders } from "./portal.ts";
import { openSession } from "./visit.ts";

/** A trip through GitHub's authorization page, up to the callback. */
export interface LinkTrip {
  /** Where GitHub sends the browser back to. */
  readonly callback: string;
  /** The cookie with which it must come. */
  readonly cookie: string;
}

/** Starts to link as a page does that holds the session, and authorizes the App as a person. */
export async function startLink(
  { url, sandbox }: Pick<Connector, "url" | "sandbox">,
  { session }: Pick<PortalUser, "session">,
  { login, body = {} }: { readonly login: string; readonly body?: object },
): Promise<LinkTrip> {
  const headers = sessionHeaders("Bearer", session);
  const started = await send("POST /github/link", url, { headers, body });
  const { url: page } = z.object({ url: z.url() }).parse(started.body);
  const cookie = nameAndValue(started.headers.getSetCookie()[0] ?? "");
  return { callback: await authorizeAtGitHub({ sandbox }, page, login), cookie };
}

/** Authorizes the App on GitHub's page, and tells where that leads. */
export async function authorizeAtGitHub(
  { sandbox }: Pick<Connector, "sandbox">,
  page: string,
  login: string,
): Promise<string> {
  const { cookie } = await openSession(sandbox, login);
  const { headers } = await fetch(page, { headers: { cookie }, redirect: "manual" });
  return headers.get("location") ?? "";
}

export const nameAndValue = (setCookie: string): string => setCookie.split(";", 1)[0] ?? "";

/** Links a portal user's GitHub account. */
export async function linkGitHub(
  connector: Pick<Connector, "url" | "sandbox">,
  user: Pick<PortalUser, "session">,
  login: string,
): Promise<void> {
  const { callback, cookie } = await startLink(connector, user, { login });
  const { status } = await fetch(callback, { headers: { cookie }, redirect: "manual" });
  if (status !== 200) throw new Error(`${login} could not be linked: ${status}.`);
}
