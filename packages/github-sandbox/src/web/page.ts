import { type Params, withQuery } from "../http/params.ts";
import type { Account } from "../world/model.ts";
import type { Html } from "./html.ts";

export type PageReply =
  | { title: string; content: Html; status?: number }
  | { redirect: string; signIn?: Account; signOut?: true };

export interface OpenVisit {
  user: Account | undefined;
  csrfToken: string;
  query: Params;
  form: Params;
  param: (name: string) => string;
  /** Path and query, for coming back after signing in. */
  target: string;
  path: string;
}

export interface Visit extends OpenVisit {
  user: Account;
}

type Route = `${"GET" | "POST"} /${string}`;

export interface PageRoute {
  method: "get" | "post";
  path: string;
  handle: (visit: OpenVisit) => PageReply;
}

/** A page for everybody. */
export function openPage(route: Route, handle: (visit: OpenVisit) => PageReply): PageRoute {
  const [method = "", path = ""] = route.split(" ");
  return { method: method === "POST" ? "post" : "get", path, handle };
}

/** A page for signed-in people: others sign in first and come back. */
export function page(route: Route, handle: (visit: Visit) => PageReply): PageRoute {
  return openPage(route, (visit) => {
    const { user } = visit;
    if (user) return handle({ ...visit, user });
    const back = route.startsWith("GET") ? visit.target : "/";
    return { redirect: withQuery("/login", { return_to: back }) };
  });
}

/** Ends a page with another one, as an error does. */
export class PageError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const pageNotFound = () =>
  new PageError(404, "This is not the web page you are looking for.");
