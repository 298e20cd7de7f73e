#!/usr/bin/env node
import { join } from "node:path";
import { systemClock, withDataFolder } from "@layers/api/admin";
import { run } from "./run.ts";

const dataFolder = join(import.meta.dirname, "../../../.data");

// Whoever reads our output may stop early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), {
  env: withDataFolder(process.env, dataFolder),
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
