#!/usr/bin/env node
import { text } from "node:stream/consumers";
import { isLayersError } from "@layers/client";
import { formatCredential, parseCredential } from "./credential.ts";
import { answer, isOurs } from "./helper.ts";
import { readSettings } from "./settings.ts";

/** A service's refusal names the fields that it is about, and the call. */
function toSentence(error: unknown): string {
  if (!isLayersError(error)) return error instanceof Error ? error.message : String(error);
  const { message, code, issues = [], requestId } = error;
  const details = issues.map(({ path, message: problem }) => `${path}: ${problem}`);
  return [message, ...details, `(${[code, requestId].filter(Boolean).join(", ")})`].join(" ");
}

const write = (fields: Readonly<Record<string, string>>) =>
  process.stdout.write(formatCredential(fields));

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  const asked = parseCredential(await text(process.stdin));
  if (isOurs(asked, settings))
    try {
      write(await answer(asked, settings));
    } catch (error) {
      // Or git would go on to ask others, and then a person, for a password that there is not.
      if (settings.operation === "get") write({ quit: "1" });
      throw error;
    }
} catch (error) {
  process.stderr.write(`git-credential-layers: ${toSentence(error)}\n`);
  process.exitCode = 1;
}
