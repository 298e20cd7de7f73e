const mostUnderWay = 8;
const mostWaiting = 10_000;

/**
 * A bounded queue: tasks start in order, a few are under way at once, and none of them is waited for.
 * A task never rejects.
 */
export function createOutbox() {
  let waiting: (() => Promise<void>)[] = [];
  const idle: (() => void)[] = [];
  let underWay = 0;

  function settle() {
    if (underWay > 0 || waiting.length > 0) return;
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

  return {
    /** Answers false when the queue is full: the task is lost. */
    push(task: () => Promise<void>): boolean {
      if (waiting.length >= mostWaiting) return false;
      waiting.push(task);
      // Not in the caller's turn: what happened is complete before it is told.
      queueMicrotask(startNext);
      return true;
    },
    /** Resolves when nothing waits and nothing is under way. */
    emptied: () =>
      new Promise<void>((resolve) => {
        idle.push(resolve);
        settle();
      }),
    clear() {
      waiting = [];
      queueMicrotask(startNext);
    },
  };
}
