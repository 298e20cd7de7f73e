import { expect, test } from "vitest";
import { rememberRead } from "../src/remember-read.ts";

interface Row {
  value: number;
}

/** A table of two rows that counts how often it is read. */
function createTable() {
  const table = new Map([
    ["a", 1],
    ["b", 2],
  ]);
  const reads: string[] = [];
  let version = 0;
  const read = rememberRead<Row>(
    async (key) => {
      reads.push(key);
      const value = table.get(key);
      return value === undefined ? undefined : { value };
    },
    () => version,
  );
  return {
    read,
    reads,
    write(key: string, value: number) {
      table.set(key, value);
      version += 1;
    },
  };
}

test("what was found is not read again while nothing is written, nor what was missed", async () => {
  const { read, reads } = createTable();
  for (const _ of [1, 2, 3])
    expect([await read("a"), await read("b"), await read("c")]).toEqual([
      { value: 1 },
      { value: 2 },
      undefined,
    ]);
  expect(reads).toEqual(["a", "b", "c"]);
});

test("after a write, of another row even, it is read again", async () => {
  const { read, reads, write } = createTable();
  await read("a");
  write("b", 3);
  write("c", 4);
  expect([await read("a"), await read("b"), await read("c")]).toEqual([
    { value: 1 },
    { value: 3 },
    { value: 4 },
  ]);
  expect(reads).toEqual(["a", "a", "b", "c"]);
});

test("what is written while it is read is not missed", async () => {
  const { read, write } = createTable();
  const early = read("a");
  write("a", 5);
  expect(await early).toEqual({ value: 1 });
  expect(await read("a")).toEqual({ value: 5 });
});

test("nobody changes what others get", async () => {
  const { read } = createTable();
  const row = await read("a");
  expect(() => Object.assign(row as Row, { value: 9 })).toThrow(TypeError);
  expect(await read("a")).toEqual({ value: 1 });
});
