import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { appendFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of a few megabytes. */
export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  /** Lets nobody write, or everybody again. Nothing may be open on it. */
  setReadOnly(readOnly: boolean): void;
}

const megabytes = 8;

/** Mounts a small disk; undefined where this is not allowed, as it is only for root. */
export function mountSmallDisk(): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), "layers-disk-"));
  const mount = (...args: string[]) => spawnSync("mount", [...args, folder]).status === 0;
  if (!mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "none")) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, "filler");
  return {
    folder,
    async fill() {
      writeFileSync(filler, "");
      for (const size of [65_536, 4096])
        for (;;) {
          const failed = await appendFile(filler, Buffer.alloc(size)).then(
            () => false,
            () => true,
          );
          if (failed) break;
        }
    },
    free: () => rm(filler),
    setReadOnly(readOnly) {
      if (!mount("-o", `remount,${readOnly ? "ro" : "rw"}`))
        throw new Error("The disk is in use, or cannot be mounted again.");
    },
    [Symbol.dispose]() {
      spawnSync("umount", [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
