import { type Operation, type Route, routesOf } from "@layers/contracts";
import { type Exchanged, queryOf, readJson, refuseBody, toBodyOptions } from "@layers/http-edge";
import { z } from "zod";

/** Reads an operation's flat input out of a request. Nothing is checked here but how it is written. */
export type ReadInput = (exchanged: Exchanged) => Promise<unknown>;

/**
 * Builds the reader for an operation: each key has one place, the path if it is named there, else the
 * query or the body. A key in another place keeps its value out and is refused by the schema later,
 * after authentication, as every unknown key is.
 * @param route the one of the operation's routes that is read
 */
export function createReadInput(operation: Operation, route: Route): ReadInput {
  const { parameters: names, inputIn } = route;
  const bodyOptions = toBodyOptions(operation.maxBodyBytes);
  const coerce = createCoercion(operation);
  const keys = new Set(Object.keys(operation.input.shape));
  const inPath = new Set(routesOf(operation).flatMap(({ parameters }) => parameters));
  const belongsInQuery = (name: string) => inputIn === "query" && !inPath.has(name);

  return async ({ req, parameters }) => {
    // Without a prototype: `__proto__` is a key like others, and the schema refuses it.
    const input = Object.create(null) as Record<string, unknown>;
    if (inputIn === "body") {
      const body = await readJson(req, bodyOptions);
      if (!isObject(body)) return body;
      for (const [name, value] of Object.entries(body))
        input[inPath.has(name) ? `body.${name}` : name] = value;
    } else {
      refuseBody(req);
    }
    const query = queryOf(req);
    for (const name in query) {
      const isMisplaced = keys.has(name) && !belongsInQuery(name);
      input[isMisplaced ? `query.${name}` : name] = coerce(name, query[name]);
    }
    for (const name of names) input[name] = coerce(name, parameters[name]);
    return input;
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Turns text into what the schema wants, only where it is written cleanly; else it stays text. */
function createCoercion(operation: Operation) {
  const { properties = {} } = z.toJSONSchema(operation.input, { io: "input" });
  const types = new Map(
    Object.entries(properties).map(([name, property]) => [
      name,
      typeof property === "object" ? property.type : undefined,
    ]),
  );
  return (name: string, value: unknown): unknown => {
    if (typeof value !== "string") return value;
    switch (types.get(name)) {
      case "integer":
        return toInteger(value);
      case "boolean":
        return value === "true" || value === "false" ? value === "true" : value;
      default:
        return value;
    }
  };
}

function toInteger(text: string): number | string {
  const number = Number(text);
  return /^(?:0|-?[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(number) ? number : text;
}
