import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import type { State } from "./model.ts";

const version = 5;
const debounceMs = 50;

export interface StateFile {
  path: string;
  /** Writes soon; several changes in a row become one write. */
  save(current: () => State): void;
  flush(): Promise<void>;
}

const replaceMaps = (_key: string, value: unknown) =>
  value instanceof Map ? { map: [...value] } : value;

const reviveMaps = (_key: string, value: unknown) =>
  typeof value === "object" && value !== null && "map" in value && Array.isArray(value.map)
    ? new Map(value.map)
    : value;

/** Reads a file written by {@link createStateFile}; `undefined` when there is none yet. */
export function loadState(path: string): State | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const saved: { version?: unknown; state?: unknown } = JSON.parse(text, reviveMaps);
  if (saved.version !== version || !saved.state)
    throw new Error(`${path} is not a state file of this version; remove it to start afresh`);
  return saved.state as State;
}

/** A state file that is whole at every moment: written beside its place, then renamed into it. */
export function createStateFile(path: string): StateFile {
  let pending: (() => State) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  async function write() {
    clearTimeout(timer);
    timer = undefined;
    if (!pending) return;
    const text = JSON.stringify({ version, state: pending() }, replaceMaps);
    pending = undefined;
    await writeFile(`${path}.tmp`, text, { mode: 0o600 });
    await rename(`${path}.tmp`, path);
  }

  function enqueue() {
    // A write that failed does not keep the next one from trying.
    writing = writing.catch(() => undefined).then(write);
    return writing;
  }

  return {
    path,
    save(current) {
      pending = current;
      timer ??= setTimeout(() => {
        enqueue().catch((error: unknown) => console.error(`Could not write ${path}`, error));
      }, debounceMs);
    },
    flush: enqueue,
  };
}
