import { readdirSync, readFileSync } from "node:fs";

/** A process at a moment. */
export interface Sample {
  /** Seconds since the start. */
  readonly at: number;
  readonly rssMegabytes: number;
  readonly openFiles: number;
}

/** Looks at a process of this machine, which must be Linux. */
export function sampleProcess(pid: number, at: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  const openFiles = readdirSync(`/proc/${pid}/fd`).length;
  return { at, rssMegabytes: kilobytes / 1024, openFiles };
}

/** Megabytes an hour, by least squares. */
export function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [meanAt, meanRss] = [mean(({ at }) => at), mean(({ rssMegabytes }) => rssMegabytes)];
  let [products, squares] = [0, 0];
  for (const { at, rssMegabytes } of samples) {
    products += (at - meanAt) * (rssMegabytes - meanRss);
    squares += (at - meanAt) ** 2;
  }
  return (products / squares) * 3600;
}

/** The 99th percentile. */
export function p99Of(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}
