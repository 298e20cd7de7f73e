import { type Operation, routeOf } from "@layers/contracts";
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
  const { method, path, parameters, inputIn } = routeOf(operation);
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => toSegment(name, input[name]));
  const rest = Object.entries(input).filter(
    ([key, value]) => value !== undefined && !parameters.includes(key),
  );
  if (inputIn === "body") return { method, target, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = new URLSearchParams(rest.flatMap(([key, value]) => toPairs(key, value))).toString();
  return { method, target: query ? `${target}?${query}` : target, body: undefined };
}

function toSegment(name: string, value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  // "." and ".." stay special in a URL even when they are percent-encoded: they would change the route.
  if (typeof text !== "string" || text === "" || text === "." || text === "..")
    throw new TypeError(`${name} must be a name or a number.`);
  return encodeURIComponent(text);
}

const toPairs = (key: string, value: unknown): [string, string][] =>
  [value].flat().map((item) => [key, String(item)]);
