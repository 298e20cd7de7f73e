import { monitorEventLoopDelay } from "node:perf_hooks";

const windowMilliseconds = 1000;

/** Watches how late the event loop is: the 99th percentile of the last second, in milliseconds. */
export function watchLoopDelay(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  let latest = 0;
  let readAt = performance.now();
  return () => {
    if (performance.now() - readAt >= windowMilliseconds) {
      latest = histogram.percentile(99) / 1e6;
      histogram.reset();
      readAt = performance.now();
    }
    return latest;
  };
}
