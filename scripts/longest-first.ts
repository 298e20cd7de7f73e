import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest, so that it does not begin when all others have ended. */
const longest = ["/e2e/test/model/", "/e2e/test/storage-faults", "/e2e/"];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = longest.findIndex((part) => moduleId.includes(part));
  return rank === -1 ? longest.length : rank;
};

/** Vitest's own order, but for a clean clone, which has no durations of an earlier run. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- Not an array's: Vitest's own order.
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
