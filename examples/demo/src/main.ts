import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStandalone } from "@layers/standalone";
import { travel } from "./journey.ts";
import { createNarrator } from "./narrator.ts";

// A service of its own, on free ports, over an empty folder: whatever runs already is left alone.
const folder = mkdtempSync(join(tmpdir(), "layers-demo-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const narrator = createNarrator(process.stdout);
try {
  await using standalone = await startStandalone({
    DATA_DIR: folder,
    PORT: "0",
    PARTNER_PORT: "0",
    GITHUB_SANDBOX_PORT: "0",
    LOG_LEVEL: "error",
  });
  if (!standalone.development) throw new Error("Expected a service with development keys.");
  await travel(standalone.development.file, narrator);
  console.log("\nDone. Everything was stopped and removed. To look around yourself: npm start");
} catch (error) {
  console.error(`\nFailed at step “${narrator.current}”:`);
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
