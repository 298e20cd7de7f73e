import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";

type Schema = Record<string, unknown>;

interface Cut {
  "x-successes": Record<string, Record<string, Schema>>;
  components: { schemas: Record<string, Schema> };
}

const addFormats = addFormatsModule.default;
const text = readFileSync(join(import.meta.dirname, "github.openapi.json"), "utf8");

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** OpenAPI 3.0's `nullable` in JSON Schema's words. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (!isObject(value)) return value;
  const { nullable, ...rest } = value;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([name, entry]) => [name, withoutNullable(entry)]),
  );
  return nullable === true ? { anyOf: [{ type: "null" }, converted] } : converted;
}

/** JSON merge patch: null removes. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, entry] of Object.entries(patch)) {
    if (entry === null) merged.delete(name);
    else merged.set(name, merge(merged.get(name), entry));
  }
  return Object.fromEntries(merged);
}

interface BreakingChange {
  patch: Schema;
  version: string;
}

/** The schemas as a version has them: GitHub's description says itself what each one breaks. */
function atVersion(schema: Schema, version: string): Schema {
  const { "x-github-breaking-changes": changes = [], ...rest } = schema;
  return (changes as BreakingChange[])
    .filter((change) => change.version <= version)
    .reduce<Schema>((current, { patch }) => merge(current, patch) as Schema, rest);
}

const pointer = (part: string) => encodeURIComponent(part.replaceAll("/", "~1"));

function createValidator(version: string) {
  const cut: Cut = JSON.parse(text);
  const schemas = Object.fromEntries(
    Object.entries(cut.components.schemas).map(([name, schema]) => [
      name,
      atVersion(schema, version),
    ]),
  );
  const root = withoutNullable({ ...cut, components: { schemas } }) as Schema;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(root, "github");
  return (operation: string, status: number, body: unknown): string[] => {
    const path = `github#/x-successes/${pointer(operation)}/${status}`;
    const validate = ajv.getSchema(path);
    if (!validate) throw new Error(`The description has no ${status} of ${operation}`);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

const validators = new Map<string, ReturnType<typeof createValidator>>();

/** What GitHub's own description has against a success body; an empty list when it is content. */
export function complaints(
  operation: string,
  response: { status: number; body: unknown },
  version = "2022-11-28",
): string[] {
  const validate = validators.get(version) ?? createValidator(version);
  validators.set(version, validate);
  return validate(operation, response.status, response.body);
}
