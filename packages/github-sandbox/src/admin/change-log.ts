import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestHandler } from "express";
import type { Change } from "../world/change.ts";

/** Something that happened to an installation, and what made it happen. */
export interface ChangeLogEntry extends Change {
  /** Null for what was changed in process or over `/_sandbox/`. */
  request: {
    method: string;
    /** As it arrived, without the query. */
    path: string;
    /** `X-GitHub-Request-Id` of the answer; null for a page. */
    id: string | null;
  } | null;
  /** By the stand-in's own clock, ISO 8601. */
  time: string;
}

const mostEntries = 10_000;

export type ChangeLog = ReturnType<typeof createChangeLog>;

/** Everything that happened to installations, oldest first: what changed nothing is not in it. */
export function createChangeLog(now: () => number) {
  const requests = new AsyncLocalStorage<() => ChangeLogEntry["request"]>();
  const entries: ChangeLogEntry[] = [];

  /** Ties what happens from here on to this request. */
  const follow: RequestHandler = (req, res, next) => {
    const { method, path } = req;
    const describe = () => ({ method, path, id: res.get("X-GitHub-Request-Id") ?? null });
    requests.run(describe, next);
  };

  const record = (change: Change): void => {
    const request = requests.getStore()?.() ?? null;
    entries.push({ ...change, request, time: new Date(now()).toISOString() });
    if (entries.length > mostEntries) entries.shift();
  };

  return {
    follow,
    record,
    list: (): ChangeLogEntry[] => structuredClone(entries),
    clear: () => {
      entries.length = 0;
    },
  };
}
