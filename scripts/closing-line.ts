/**
 * A vitest reporter whose last line is plain: `310 passed, 0 failed`, and `, 2 skipped` when some were.
 * Invariant: a file that does not load and an error outside of tests count as failed.
 * Started by scripts/check.ts, it sends the counts there instead: the last line is that one's then.
 */
import type { Reporter } from "vitest/node";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const counts = { passed: 0, failed: errors.length, skipped: 0 };
      for (const module of modules) {
        const tests = [...module.children.allTests()];
        for (const test of tests) {
          const { state } = test.result();
          if (state === "pending") counts.failed++;
          else counts[state]++;
        }
        const anyFailed = tests.some((test) => test.result().state === "failed");
        if (module.state() === "failed" && !anyFailed) counts.failed++;
      }
      if (process.send !== undefined) {
        process.send(counts satisfies Counts);
        return;
      }
      const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
      // At the very end: teardown may print after the run.
      process.on("exit", () => {
        console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
      });
    },
  };
}
