import type { Reporter, TestModule } from "vitest/node";

/** Ends a test run with one plain line that counts the tests. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((each) => each === state).length;
    const broken = modules.filter((module) => module.state() === "failed" && !count("failed"));
    const failed = count("failed") + broken.length + unhandledErrors.length;
    process.stdout.write(
      `${count("passed")} passed, ${failed} failed, ${count("skipped")} skipped\n`,
    );
  }
}
