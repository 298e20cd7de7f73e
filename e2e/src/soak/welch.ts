/** Welch's t of two samples: how many standard errors their means are apart. */
export function welchT(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [momentsOf(a), momentsOf(b)];
  return (one.mean - other.mean) / Math.sqrt(one.variance / a.length + other.variance / b.length);
}

function momentsOf(sample: readonly number[]): { mean: number; variance: number } {
  const mean = sample.reduce((sum, each) => sum + each, 0) / sample.length;
  const squares = sample.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, variance: squares / (sample.length - 1) };
}

/** Measures two calls by turns, in a random order, in nanoseconds. The slowest twentieth is left out. */
export function measureBoth(
  calls: readonly [() => unknown, () => unknown],
  perClass: number,
): [number[], number[]] {
  const order = Uint8Array.from({ length: perClass * 2 }, (_, index) => index % 2);
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  const times: [number[], number[]] = [[], []];
  for (const which of order) {
    const index = which === 0 ? 0 : 1;
    const before = process.hrtime.bigint();
    calls[index]();
    times[index].push(Number(process.hrtime.bigint() - before));
  }
  const sorted = times.flat().toSorted((a, b) => a - b);
  const limit = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  return [times[0].filter((each) => each <= limit), times[1].filter((each) => each <= limit)];
}
