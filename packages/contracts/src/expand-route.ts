import { type Operation, pathsOf, type Route, routeOf } from "./operation.ts";

/** A call's parts over REST that follow from its operation and its input. */
export interface ExpandedRoute extends Pick<Route, "method" | "inputIn"> {
  /** With the values of the input in it, encoded. */
  readonly path: string;
  /** The input keys that the path does not hold, without the undefined ones. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/**
 * Puts an input's values into the operation's path; of several paths into the one that takes the most of
 * them.
 * @throws TypeError when a key of the path is missing or cannot be a part of a path
 */
export function expandRoute(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
): ExpandedRoute {
  const { method, inputIn } = routeOf(operation);
  const isGiven = (name: string) => input[name] !== undefined;
  const paths = pathsOf(operation);
  const [first] = paths;
  const { path, parameters } =
    paths
      .filter((each) => each.parameters.every(isGiven))
      .toSorted((a, b) => b.parameters.length - a.parameters.length)[0] ?? first;
  const rest = Object.entries(input).filter(
    ([key, value]) => value !== undefined && !parameters.includes(key),
  );
  return {
    method,
    inputIn,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => toSegment(name, input[name])),
    rest: Object.fromEntries(rest),
  };
}

function toSegment(name: string, value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  // "." and ".." stay special in a URL even when they are percent-encoded: they would change the route.
  if (typeof text !== "string" || text === "" || text === "." || text === "..")
    throw new TypeError(`${name} must be a name or a number.`);
  return encodeURIComponent(text);
}
