const mostUnderWay = 8;
const mostWaiting = 10_000;

type Task = () => Promise<void>;

/**
 * A bounded queue: tasks start in order, a few are under way at once, and none of them is waited for.
 * A task never rejects. When too many wait, a new one is lost.
 */
export function createOutbox() {
  let waiting: Task[] = [];
  const delayed = new Set<NodeJS.Timeout>();
  const idle: (() => void)[] = [];
  let underWay = 0;

  function settle() {
    if (underWay > 0 || waiting.length > 0 || delayed.size > 0) return;
    for (const resolve of idle.splice(0)) resolve();
  }

  function startNext() {
    while (underWay < mostUnderWay) {
      const task = waiting.shift();
      if (!task) return settle();
      underWay += 1;
      void task().then(() => {
        underWay -= 1;
        startNext();
      });
    }
  }

  function enqueue(task: Task) {
    if (waiting.length < mostWaiting) waiting.push(task);
    // Not in the caller's turn: what happened is complete before it is told.
    queueMicrotask(startNext);
  }

  return {
    push(task: Task, delayMs: number) {
      if (delayMs === 0) return enqueue(task);
      const timer = setTimeout(() => {
        delayed.delete(timer);
        enqueue(task);
      }, delayMs);
      delayed.add(timer);
    },
    /** Resolves when nothing waits and nothing is under way. */
    emptied: () =>
      new Promise<void>((resolve) => {
        idle.push(resolve);
        settle();
      }),
    clear() {
      waiting = [];
      for (const timer of delayed) clearTimeout(timer);
      delayed.clear();
      settle();
    },
  };
}
