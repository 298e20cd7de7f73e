import type { Operation } from "@layers/contracts";
import { z } from "zod";

const samples: Record<string, unknown> = {
  string: "a b/ü&=?",
  integer: 7,
  boolean: true,
  array: ["a", "b"],
  object: { contents: "read" },
};

/** A value for each key of an operation's input, of the right type. */
export function sampleInput(operation: Operation): Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(operation.input, { io: "input" });
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, samples[String(Object(schema).type)]]),
  );
}
