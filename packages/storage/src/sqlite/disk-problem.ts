import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** Linux' numbers of file systems (statfs(2)): on some, SQLite's log does not work; others are memory. */
const network = {
  26985: "NFS",
  4283649346: "CIFS",
  4266872130: "SMB",
  20859: "SMB",
  16914839: "9P",
};
const memory = { 16914836: "tmpfs", 2240043254: "ramfs" };

const networks = new Map(Object.entries(network));
const memories = new Map(Object.entries(memory));

/** What is wrong with keeping a database on a file system of this kind; undefined when nothing is. */
export function problemOfDisk(type: number): string | undefined {
  const [net, ram] = [networks.get(String(type)), memories.get(String(type))];
  if (net)
    return `it is on ${net}: over a network SQLite's log can lose or damage what was written`;
  return ram && `it is in memory (${ram}): the next restart of the machine loses it`;
}

/** What is wrong with the disk that a database file is on, or is to be on. */
export async function findDiskProblem(file: string): Promise<string | undefined> {
  return problemOfDisk((await statfs(dirname(file))).type);
}
