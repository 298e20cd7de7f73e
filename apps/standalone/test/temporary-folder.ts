import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

/** Every start is a process or two, which takes long where everything is busy. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** A folder that is gone afterwards. */
export async function temporaryFolder(parent = tmpdir()): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(parent, "layers-standalone-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Settings of a start that disturbs nobody. */
export const quiet = (folder: string) => ({
  DATA_DIR: join(folder, "data"),
  PORT: "0",
  PARTNER_PORT: "0",
  GITHUB_SANDBOX_PORT: "0",
  LOG_LEVEL: "error",
});
