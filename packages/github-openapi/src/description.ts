import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Which of GitHub's descriptions. `api.github.com` and `ghec` are today's (`@octokit/openapi`
 * 23.0.2; of `ghec` the enterprise routes alone); `2.2.1` is the last that the registry has with
 * content attachments.
 */
export type Edition = "api.github.com" | "ghec" | "2.2.1";

type Schema = Record<string, unknown>;

interface Operation {
  responses: Record<string, { schema?: Schema }>;
}

export interface Description {
  paths: Record<string, Record<string, Operation>>;
  /** `installation-created`, …: the schema of the payload. */
  webhooks: Record<string, Schema>;
  components: { schemas: Record<string, Schema> };
}

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Changes every entry of an object; anything else stays as it is. */
const mapEntries = (value: Schema, change: (entry: unknown) => unknown): Schema =>
  Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, change(entry)]));

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

/** As a version has it: GitHub's description says itself, in place, what each one breaks. */
function atVersion(value: unknown, version: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => atVersion(entry, version));
  if (!isObject(value)) return value;
  const { "x-github-breaking-changes": changes = [], ...rest } = value;
  const current = (changes as BreakingChange[])
    .filter((change) => change.version <= version)
    .reduce<unknown>((patched, { patch }) => merge(patched, patch), rest);
  return isObject(current) ? mapEntries(current, (entry) => atVersion(entry, version)) : current;
}

/** OpenAPI 3.0's `nullable` in JSON Schema's words. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (!isObject(value)) return value;
  const { nullable, ...rest } = value;
  const converted = mapEntries(rest, withoutNullable);
  return nullable === true ? { anyOf: [{ type: "null" }, converted] } : converted;
}

/** An edition's description at one API version, its schemas in JSON Schema. */
export function readDescription(edition: Edition, version: string): Description {
  const path = join(import.meta.dirname, `../data/${edition}.openapi.json`);
  const written: unknown = JSON.parse(readFileSync(path, "utf8"));
  // The shape is the one that scripts/cut.ts writes.
  return withoutNullable(atVersion(written, version)) as Description;
}
