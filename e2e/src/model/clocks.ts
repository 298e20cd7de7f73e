import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";

/** The clocks of a world in which time stands still. All in milliseconds. */
export interface Clocks {
  /** Ours less GitHub's. */
  skew: number;
  /** Lets time pass on every clock. */
  pass(milliseconds: number): Promise<void>;
  release(): void;
}

/** Stops the machine's clock at a whole second, which is what GitHub tells. */
export function holdClocks(): Clocks {
  const realNow = performance.now.bind(performance);
  let passed = 0;
  const stopwatch = vi.spyOn(performance, "now").mockImplementation(() => realNow() + passed);
  vi.setSystemTime(Math.floor(Date.now() / 1000) * 1000);
  return {
    skew: 0,
    async pass(milliseconds) {
      passed += milliseconds;
      vi.setSystemTime(Date.now() + milliseconds);
      // Caches look at the clock once in a millisecond.
      await sleep(2);
    },
    release() {
      stopwatch.mockRestore();
      vi.useRealTimers();
    },
  };
}
