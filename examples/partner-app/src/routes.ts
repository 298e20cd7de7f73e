import { randomBytes } from "node:crypto";
import { type Layers, LayersError } from "@layers/client";
import { connectedPage, connectPage, errorPage } from "./pages.ts";
import type { Session } from "./sessions.ts";

export interface Visit {
  readonly url: URL;
  readonly session: Session;
}

/** A page, or where to go instead. */
export type Reply =
  | { readonly page: string; readonly status?: number }
  | { readonly redirect: string };

export interface Route {
  readonly answer: (visit: Visit) => Promise<Reply>;
  /** Does something in the visitor's name: only our own pages may ask for it. */
  readonly acts?: true;
}

const callbackPath = "/layers/callback";

/** All that a partner does with Layers. */
export function createRoutes(layers: Layers): ReadonlyMap<string, Route> {
  const { github } = layers;

  /** Starts a connection. The state ties whoever comes back to this visitor. */
  function begin({ url, session }: Visit) {
    session.state = randomBytes(24).toString("base64url");
    const returnUrl = new URL(callbackPath, url).href;
    return github.installUrl({ returnUrl, state: session.state });
  }

  async function connect(visit: Visit): Promise<Reply> {
    const { authUrl } = await begin(visit);
    return { redirect: authUrl };
  }

  /** GitHub sends nobody back who has nothing to install: the person chooses on a page of Layers. */
  async function connectInstalled(visit: Visit): Promise<Reply> {
    const { state } = await begin(visit);
    const { nextAction } = await github.getInstallAttempt({ state });
    return { redirect: nextAction?.url ?? "/" };
  }

  async function callback({ url, session }: Visit): Promise<Reply> {
    const { state, installation_id, error, error_description } = Object.fromEntries(
      url.searchParams,
    );
    if (!state || state !== session.state)
      return { status: 400, page: errorPage("This link is not from your session.") };
    if (error)
      return { status: 400, page: errorPage(error_description ?? "Not connected.", error) };
    await github.registerInstallation({ installationId: Number(installation_id), state });
    return { redirect: "/" };
  }

  async function home({ url }: Visit): Promise<Reply> {
    try {
      const installation = await github.getInstallation();
      if (installation.status !== "active") return { page: connectedPage(installation) };
      const cursor = url.searchParams.get("cursor") ?? undefined;
      const repositories = await github.listRepos({ cursor });
      return { page: connectedPage(installation, repositories) };
    } catch (error) {
      const isUnbound = error instanceof LayersError && error.code === "NOT_FOUND";
      if (isUnbound) return { page: connectPage() };
      throw error;
    }
  }

  async function disconnect(): Promise<Reply> {
    await github.detachInstallation();
    return { redirect: "/" };
  }

  return new Map<string, Route>([
    ["GET /", { answer: home }],
    ["POST /connect", { answer: connect, acts: true }],
    ["GET /connect-installed", { answer: connectInstalled, acts: true }],
    [`GET ${callbackPath}`, { answer: callback }],
    ["POST /disconnect", { answer: disconnect, acts: true }],
  ]);
}
