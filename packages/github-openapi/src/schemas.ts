import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import type { Description } from "./description.ts";

const addFormats = addFormatsModule.default;

/** Where a schema stands in a description. */
export const pointer = (...parts: string[]) =>
  `github#/${parts.map((part) => encodeURIComponent(part.replaceAll("/", "~1"))).join("/")}`;

/** A description's schemas, each compiled when it is first asked for. */
export function compileDescription(description: Description) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(description, "github");
  /** What a schema has against a value. @throws when there is no such schema. */
  return function complaints(schema: string, value: unknown): string[] {
    const validate = ajv.getSchema(schema);
    if (!validate) throw new Error(`There is no schema at ${schema}`);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
