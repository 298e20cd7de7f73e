/** Runs what concerns the same thing one after the other, in this process. */
export interface Locks {
  run<T>(name: string | number, work: () => Promise<T>): Promise<T>;
}

export function createLocks(): Locks {
  const last = new Map<string | number, Promise<unknown>>();
  return {
    async run(name, work) {
      const before = last.get(name);
      const own = (before ?? Promise.resolve()).then(work, work);
      last.set(name, own);
      try {
        return await own;
      } finally {
        if (last.get(name) === own) last.delete(name);
      }
    },
  };
}
