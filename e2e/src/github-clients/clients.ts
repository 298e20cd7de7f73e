import { Octokit as RestOctokit } from "@octokit/rest";
import { Octokit } from "octokit";
import type { Connector } from "../connector.ts";

const quiet = () => undefined;

/** Fails at once instead of trying again, and prints nothing. */
export const impatient = {
  throttle: { enabled: false },
  retry: { enabled: false },
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
};

/** GitHub's own clients, as their users construct them. */
export const clients = { octokit: Octokit, "@octokit/rest": RestOctokit } as const;
export type ClientName = keyof typeof clients;
export const clientNames = Object.keys(clients) as ClientName[];

/** Where GitHub's clients may be pointed at: in one process or apart, each with and without the prefix. */
export const places = {
  "/": ({ url }) => url,
  "/api/v3": ({ url }) => `${url}/api/v3`,
  "/ behind tRPC": ({ remoteUrl }) => remoteUrl,
  "/api/v3 behind tRPC": ({ remoteUrl }) => `${remoteUrl}/api/v3`,
} satisfies Record<string, (connector: Pick<Connector, "url" | "remoteUrl">) => string>;
export type PlaceName = keyof typeof places;
export const placeNames = Object.keys(places) as PlaceName[];

export interface ClientOptions {
  readonly baseUrl: string;
  /** The text of a credential, which Octokit sends as `token …`. */
  readonly auth?: string;
}

/** What all of them have. */
export type Client = Pick<RestOctokit, "request" | "paginate" | "rest" | "hook">;

/** One client with nothing of its own but the base URL. */
export const createClient = (name: ClientName, options: ClientOptions): Client =>
  new clients[name]({ ...impatient, ...options });
