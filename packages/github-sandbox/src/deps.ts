import type { ApiVersion } from "./api/versions.ts";
import type { Edition } from "./edition.ts";
import type { Registration } from "./registration.ts";
import type { Change } from "./world/change.ts";
import type { WorldEvent } from "./world/event.ts";
import type { Store } from "./world/store.ts";

/** Everything from outside that the stand-in's parts use. */
export interface Deps {
  store: Store;
  registration: Registration;
  edition: Edition;
  /** Versions of the REST API that GitHub no longer answers in. */
  retiredVersions: readonly ApiVersion[];
  /** The stand-in's own clock, in epoch milliseconds. */
  now: () => number;
  randomBytes: (count: number) => Buffer;
  /** Where the stand-in is reached; known once it listens. */
  urls: () => Urls;
  /** Keeps what happened to an installation, with the request that did it. */
  recordChange: (change: Change) => void;
  /** Tells the App's webhook what happened; nobody waits for it. */
  announce: (event: WorldEvent) => void;
}

export interface Urls {
  /** `http://127.0.0.1:PORT` */
  web: string;
  /** `http://127.0.0.1:PORT/api/v3` */
  api: string;
}

/** GitHub's form of a time: whole seconds, UTC. */
export const toTimestamp = (epochMs: number) =>
  new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, "Z");
