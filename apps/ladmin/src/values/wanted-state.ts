import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { errorMap, toIssues, WantedState } from "@layers/contracts";
import { CommandError } from "../failure.ts";

/** Reads what is wanted of an enterprise from a file, or from stdin for `-`. */
export async function readWantedState(
  file: string,
  stdin: NodeJS.ReadableStream,
): Promise<WantedState> {
  const parsed = WantedState.safeParse(
    toJson(file === "-" ? await text(stdin) : await read(file)),
    {
      error: errorMap,
    },
  );
  if (parsed.success) return parsed.data;
  const issues = toIssues(parsed.error).map(({ path, message }) => `${path}: ${message}`);
  throw new CommandError("VALIDATION", issues.join(" "));
}

async function read(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
    throw new CommandError("NOT_FOUND", `There is no file ${file}.`);
  });
}

function toJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new CommandError("VALIDATION", "What is wanted must be written in JSON.");
  }
}
