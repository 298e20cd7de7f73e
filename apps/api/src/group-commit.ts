import type { Queries, Store } from "@layers/storage";

/** Does a piece of work in a transaction that it shares with what others ask for at the same time. */
export type GroupCommit = <T>(work: (tx: Queries) => Promise<T>) => Promise<T>;

/** More would keep the first of them waiting. */
const mostAtOnce = 64;

interface Waiting {
  readonly work: (tx: Queries) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Lets many callers share a commit, which costs a write to the disk however much is in it. Each hears of
 * its own result after the commit; when the commit or any of the works in it fails, all of them hear
 * that, and nothing is written.
 */
export function createGroupCommit(store: Pick<Store, "transaction">): GroupCommit {
  const waiting: Waiting[] = [];
  let isRunning = false;

  async function commit(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await store.transaction(async (tx) => {
        const done: unknown[] = [];
        for (const { work } of group) done.push(await work(tx));
        return done;
      });
      for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      // What has arrived on other connections is read first, and comes along.
      await new Promise((resolve) => setImmediate(resolve));
      await commit(waiting.splice(0, mostAtOnce));
    }
    isRunning = false;
  }

  return <T>(work: (tx: Queries) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      // Safe: `resolve` is called with what this very `work` returned.
      waiting.push({ work, resolve: resolve as Waiting["resolve"], reject });
      if (!isRunning) run().catch(reject);
    });
}
