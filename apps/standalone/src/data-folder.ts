import { chmod, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of everything that outlives a run. Only its owner can read what is in it. */
export interface DataFolder {
  /** The full path of a file in it. */
  path(name: string): string;
  /** A file's text; undefined if there is none. */
  read(name: string): Promise<string | undefined>;
  /** Replaces a file. Whoever reads, or starts after a crash, finds the old one or the new one. */
  write(name: string, text: string): Promise<void>;
}

/** Opens the folder, and creates it if there is none. A folder of other things keeps its mode. */
export async function openDataFolder(directory: string, marker: string): Promise<DataFolder> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = await readdir(directory);
  if (names.length === 0 || names.includes(marker)) await chmod(directory, 0o700);

  const path = (name: string) => join(directory, name);
  return {
    path,
    read: (name) => readFile(path(name), "utf8").catch(ignoreMissing),
    async write(name, text) {
      const draft = `${path(name)}.tmp`;
      await writeFile(draft, text, { mode: 0o600, flush: true });
      await rename(draft, path(name));
    },
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
