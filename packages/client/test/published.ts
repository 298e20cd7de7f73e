import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, realpath, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../..");
const leftOut = ["node_modules", "dist", "test", ".turbo"];

const exec = promisify(execFile);

/** Runs one of the workspace's tools; rejects with what it printed when it fails. */
export async function runTool(command: string, args: string[], cwd: string): Promise<string> {
  const bin = join(root, "node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, NO_COLOR: "1" };
  const { stdout } = await exec(command, args, { cwd, env }).catch((error) => {
    throw new Error(`${command} ${args.join(" ")}\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}

/**
 * Packs both published packages in a copy of the workspace, so that nothing is built in the checkout.
 * Resolves to the tarballs, `contracts` first.
 */
export async function packPackages(directory: string): Promise<string[]> {
  const workspace = join(directory, "workspace");
  const tarballs = join(directory, "tarballs");
  for (const name of ["package.json", "pnpm-workspace.yaml", "tsconfig.base.json", "LICENSE"])
    await cp(join(root, name), join(workspace, name));
  await mkdir(join(workspace, "node_modules"));
  for (const name of [".bin", "@types"])
    await symlink(join(root, "node_modules", name), join(workspace, "node_modules", name));
  for (const name of ["contracts", "client"]) {
    const [from, to] = [join(root, "packages", name), join(workspace, "packages", name)];
    const filter = (path: string) => !leftOut.includes(basename(path));
    await cp(from, to, { recursive: true, filter });
    await symlink(join(from, "node_modules"), join(to, "node_modules"));
  }
  const { packageManager } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const pnpm = ["--prefer-offline", "-y", packageManager, "--filter", "@layers/client..."];
  await runTool("npx", [...pnpm, "pack", "--pack-destination", tarballs], workspace);
  return (await readdir(tarballs))
    .toSorted()
    .toReversed()
    .map((name) => join(tarballs, name));
}

/** Lays out a project that has the two packages installed, as npm would. */
export async function createConsumer(directory: string, tarballs: string[]): Promise<string> {
  const consumer = join(directory, "consumer");
  for (const tarball of tarballs) {
    const name = /layers-(\w+)-/.exec(basename(tarball))?.[1] ?? "";
    const target = join(consumer, "node_modules/@layers", name);
    await mkdir(target, { recursive: true });
    await runTool("tar", ["-xzf", tarball, "--strip-components=1"], target);
  }
  await mkdir(join(consumer, "node_modules/@trpc"));
  const installed = join(root, "packages/client/node_modules");
  for (const name of ["zod", "@trpc/client", "@trpc/server"])
    await symlink(await realpath(join(installed, name)), join(consumer, "node_modules", name));
  const types = await realpath(join(root, "node_modules/@types"));
  await symlink(types, join(consumer, "node_modules/@types"));
  await cp(new URL("./consumer/main.ts", import.meta.url), join(consumer, "main.ts"));
  await cp(new URL("./consumer/tsconfig.json", import.meta.url), join(consumer, "tsconfig.json"));
  await writeFile(join(consumer, "package.json"), JSON.stringify({ type: "module" }));
  return consumer;
}
