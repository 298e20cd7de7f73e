import { STATUS_CODES } from "node:http";
import type { RequestHandler, Response } from "express";
import { toErrorBody } from "../api/github-error.ts";
import { imposeLimit } from "../api/limits.ts";
import { imposeReplicaLag } from "../api/replica-lag.ts";
import type { Fault } from "./fault.ts";

export type FaultBox = ReturnType<typeof createFaultBox>;

const apiPrefix = "/api/v3";

/** `*` stands for any text, slashes included. */
function toPattern(path: string): RegExp {
  const literal = path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}

function hits({ match: { method, path } }: Fault, request: { method: string; path: string }) {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  const pattern = toPattern(path);
  const bare = request.path.startsWith(`${apiPrefix}/`) && request.path.slice(apiPrefix.length);
  return pattern.test(request.path) || (bare !== false && pattern.test(bare));
}

function messageFor(status: number): string {
  if (status === 429)
    return "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  return status >= 500 ? "Server Error" : (STATUS_CODES[status] ?? "Error");
}

const page = (status: number) =>
  `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>Whoa there!</h1></body></html>`;

function answer(res: Response, fault: Extract<Fault, { kind: "status" | "html" }>) {
  const { kind, status, headers = {} } = fault;
  res
    .status(status)
    .type(kind === "html" ? "html" : "json")
    .set(headers);
  if (kind === "html") res.send(page(status));
  else res.json(toErrorBody(status, messageFor(status)));
}

/** True when the request goes on to its ordinary answer. */
async function play(fault: Fault, res: Response): Promise<boolean> {
  if (fault.kind === "latency") {
    await new Promise((resolve) => setTimeout(resolve, fault.ms));
    return !res.closed;
  }
  if (fault.kind === "replica-lag") {
    imposeReplicaLag(res, fault.ms);
    return true;
  }
  if (fault.kind === "primary-limit" || fault.kind === "secondary-limit") {
    imposeLimit(res, fault);
    return true;
  }
  if (fault.kind === "reset") res.socket?.resetAndDestroy();
  else if (fault.kind !== "hang") answer(res, fault);
  return false;
}

/** The faults in force: the first that matches a request hits it. */
export function createFaultBox() {
  let faults: { fault: Fault; left: number }[] = [];

  function take(request: { method: string; path: string }): Fault | undefined {
    const entry = faults.find(({ fault }) => hits(fault, request));
    if (!entry) return undefined;
    entry.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    return entry.fault;
  }

  const inject: RequestHandler = async (req, res, next) => {
    const fault = take(req);
    if (!fault || (await play(fault, res))) next();
  };

  /** Nothing clears all, as an empty list does over HTTP. */
  function add(added: readonly Fault[]) {
    if (added.length === 0) faults = [];
    faults.push(
      ...added.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })),
    );
  }

  return {
    inject,
    add,
    list: () => faults.map(({ fault }) => fault),
    clear: () => {
      faults = [];
    },
  };
}
