import type { RequestHandler } from "express";
import { type CredentialKind, readCredential } from "../api/credential.ts";

/** One API call that the stand-in received. */
export interface RequestLogEntry {
  method: string;
  /** As it arrived, without the query: `/api/v3/app`. */
  path: string;
  credential: CredentialKind;
  /** Null while there is no answer, and for ever when a fault withholds it. */
  status: number | null;
  /** By the stand-in's own clock, ISO 8601. */
  time: string;
}

export type RequestLog = ReturnType<typeof createRequestLog>;

const mostEntries = 10_000;

const isApiCall = (path: string, method: string) =>
  path.startsWith("/api/v3/") || (path === "/login/oauth/access_token" && method === "POST");

/** Every API call, oldest first; pages are left out, and no secret is kept. */
export function createRequestLog(now: () => number) {
  const entries: RequestLogEntry[] = [];
  const record: RequestHandler = (req, res, next) => {
    const { method, path } = req;
    if (!isApiCall(path, method)) return next();
    const { kind } = readCredential(req.get("authorization"));
    const time = new Date(now()).toISOString();
    const entry: RequestLogEntry = { method, path, credential: kind, status: null, time };
    entries.push(entry);
    if (entries.length > mostEntries) entries.shift();
    res.on("finish", () => {
      entry.status = res.statusCode;
    });
    next();
  };
  return {
    record,
    list: (): RequestLogEntry[] => entries.map((entry) => ({ ...entry })),
    clear: () => {
      entries.length = 0;
    },
  };
}
