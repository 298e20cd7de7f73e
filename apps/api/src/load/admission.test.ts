import { beforeEach, describe, expect, test } from "vitest";
import { type Counts, noCounts } from "../metrics/counts.ts";
import { type Admission, type Applicant, createAdmission } from "./admission.ts";

const applicant: Applicant = { holder: "key_1", tier: "standard", critical: false };
const code = (name: string) => expect.objectContaining({ code: name });

let delay: number;
let admission: Admission;
let counts: Counts;
let release: () => void;
let gate: Promise<void>;
beforeEach(() => {
  delay = 0;
  counts = noCounts();
  admission = createAdmission({ loopDelay: () => delay, metrics: counts });
  gate = new Promise((resolve) => {
    release = resolve;
  });
});

/** Starts calls that stay under way until `release`. */
const start = (count: number, who: (each: number) => Applicant) =>
  Array.from({ length: count }, (_, each) => admission.run(who(each), () => gate));

describe("R-34", () => {
  test("a key may have twenty calls under way, others are not affected", async () => {
    const running = start(20, () => applicant);
    await expect(admission.run(applicant, async () => 1)).rejects.toEqual(code("RATE_LIMITED"));
    expect(await admission.run({ ...applicant, holder: "key_2" }, async () => 1)).toBe(1);
    expect(counts.refusals).toMatchObject({ concurrency: 1, capacity: 0, loop_delay: 0 });
    release();
    await Promise.all(running);
    expect(await admission.run(applicant, async () => 1)).toBe(1);
  });

  test("a fifth of the process is kept for what is critical", async () => {
    const running = start(800, (each) => ({ ...applicant, holder: `key_${each}` }));
    const other = { ...applicant, holder: "other" };
    await expect(admission.run(other, async () => 1)).rejects.toEqual(code("UNAVAILABLE"));
    expect(await admission.run({ ...other, critical: true }, async () => 1)).toBe(1);
    running.push(...start(200, (each) => ({ ...applicant, holder: `c_${each}`, critical: true })));
    await expect(admission.run({ ...other, critical: true }, async () => 1)).rejects.toEqual(
      code("UNAVAILABLE"),
    );
    expect(counts.refusals).toMatchObject({ concurrency: 0, capacity: 2, loop_delay: 0 });
    release();
    await Promise.all(running);
    expect(await admission.run(other, async () => 1)).toBe(1);
  });

  test("while the event loop is late only what is critical goes on", async () => {
    delay = 201;
    await expect(admission.run(applicant, async () => 1)).rejects.toEqual(code("UNAVAILABLE"));
    expect(await admission.run({ ...applicant, critical: true }, async () => 1)).toBe(1);
    expect(counts.refusals).toMatchObject({ concurrency: 0, capacity: 0, loop_delay: 1 });
    delay = 200;
    expect(await admission.run(applicant, async () => 1)).toBe(1);
  });

  test("work that fails gives its place back", async () => {
    for (let each = 0; each < 50; each++)
      await admission.run(applicant, () => Promise.reject(new Error("no"))).catch(() => undefined);
    expect(await admission.run(applicant, async () => 1)).toBe(1);
  });

  test("the unlimited tier of tests and benchmarks is never refused", async () => {
    delay = 1000;
    const running = start(1500, () => ({ ...applicant, tier: "unlimited" }));
    release();
    expect(await Promise.all(running)).toHaveLength(1500);
  });
});
