import { defineConfig } from "vitest/config";
import ClosingLine from "./scripts/closing-line.ts";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "examples/*", "e2e", "bench"],
    reporters: ["default", new ClosingLine()],
  },
});
