import { expandRoute, type Operation } from "@layers/contracts";
import { isRecord } from "./envelope.ts";

/** A REST call's parts that follow from its operation and its input. */
export interface RestRequest {
  readonly method: string;
  /** The path with its query. */
  readonly target: string;
  /** JSON; undefined when the input travels in the query. */
  readonly body: string | undefined;
}

/**
 * Puts each input key where the contract says: path, query or body.
 * @throws TypeError when a key of the path is missing or cannot be a part of a path
 */
export function toRestRequest(operation: Operation, input: unknown = {}): RestRequest {
  if (!isRecord(input)) throw new TypeError("The input must be an object.");
  const { method, path, inputIn, rest } = expandRoute(operation, input);
  if (inputIn === "body") return { method, target: path, body: JSON.stringify(rest) };
  const pairs = Object.entries(rest).flatMap(([key, value]) => toPairs(key, value));
  const query = new URLSearchParams(pairs).toString();
  return { method, target: query ? `${path}?${query}` : path, body: undefined };
}

const toPairs = (key: string, value: unknown): [string, string][] =>
  [value].flat().map((item) => [key, String(item)]);
