import { describe, expect, test } from "vitest";
import { createOutbox } from "../src/hooks/outbox.ts";

/** A task that ends when it is told to. */
function createTask(started: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const task = () => {
    started.push(name);
    return promise;
  };
  return { task, end: resolve };
}

const turn = () => new Promise(setImmediate);

describe("The outbox", () => {
  test("starts tasks in order, eight at once, and none in the caller's turn", async () => {
    const outbox = createOutbox();
    const started: string[] = [];
    const tasks = Array.from({ length: 10 }, (_, index) => createTask(started, `${index}`));
    for (const { task } of tasks) outbox.push(task, 0);
    expect(started).toEqual([]);
    await turn();
    expect(started.join("")).toBe("01234567");
    tasks[3]?.end();
    await turn();
    expect(started.join("")).toBe("012345678");
    let isEmpty = false;
    const emptied = outbox.emptied().then(() => {
      isEmpty = true;
    });
    await turn();
    expect(isEmpty).toBe(false);
    for (const { end } of tasks) end();
    await emptied;
    expect(started.join("")).toBe("0123456789");
  });

  test("loses what comes when ten thousand wait already", async () => {
    const outbox = createOutbox();
    const started: string[] = [];
    for (let index = 0; index < 10_005; index += 1)
      outbox.push(() => {
        started.push(`${index}`);
        return Promise.resolve();
      }, 0);
    await outbox.emptied();
    expect(started).toHaveLength(10_000);
    expect(started.at(-1)).toBe("9999");
  });

  test("is empty at once when it is cleared, delayed tasks included", async () => {
    const outbox = createOutbox();
    const started: string[] = [];
    outbox.push(createTask(started, "later").task, 60_000);
    outbox.clear();
    await outbox.emptied();
    expect(started).toEqual([]);
  });
});
