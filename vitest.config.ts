import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import ClosingLine from "./scripts/closing-line.ts";
import LongestFirst from "./scripts/longest-first.ts";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "examples/*", "e2e", "bench"],
    // Vitest would leave one processor free, and so use half of a small machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    reporters: ["default", new ClosingLine()],
  },
});
