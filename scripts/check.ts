/**
 * `npm run check` (the stages) and `npm test` (the stages, then the tests).
 * Invariant: every stage and every test runs, whatever failed before; the last line is `N passed, N failed`,
 * and the exit code is 0 only when nothing failed.
 * `--test` adds the tests; what follows it goes to vitest.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import type { Counts } from "./closing-line.ts";
import { STAGES, type Stage } from "./stages.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };

const started = performance.now();
const rest = process.argv.slice(2);
const withTests = rest[0] === "--test";

const totals = await runStages(STAGES);
if (withTests) {
  const tests = await runTests(rest.slice(1));
  totals.passed += tests.passed;
  totals.failed += tests.failed;
}
console.log(`\n${withTests ? "checks and tests" : "checks"} took ${seconds(started)}`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;

/** Runs them, as many at a time as there are cores, and prints a line each as it ends. */
async function runStages(stages: readonly Stage[]): Promise<{ passed: number; failed: number }> {
  const counts = { passed: 0, failed: 0 };
  const queue = [...stages];
  const work = async (): Promise<void> => {
    for (let stage = queue.shift(); stage !== undefined; stage = queue.shift()) {
      if (await runStage(stage)) counts.passed++;
      else counts.failed++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
  return counts;
}

/** What a stage prints is shown when it fails, or when it says why it was skipped. */
async function runStage(stage: Stage): Promise<boolean> {
  const from = performance.now();
  const [program, ...args] = stage.command;
  const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  child.stderr.on("data", (part: Buffer) => parts.push(part));
  const code = await ended(child);
  const output = Buffer.concat(parts).toString("utf8").trimEnd();
  const ok = code === 0;
  const skipped = ok && output.startsWith("skipped:") ? `  ${output}` : "";
  console.log(`${ok ? "ok    " : "FAILED"} ${stage.name.padEnd(18)} ${seconds(from)}${skipped}`);
  if (!ok) {
    console.log(output === "" ? `(${program} printed nothing)` : output);
    if (stage.mend !== undefined) console.log(`mend it with: ${stage.mend}`);
  }
  return ok;
}

/** Vitest sends its counts over the channel, so that its output goes to the terminal untouched. */
async function runTests(args: readonly string[]): Promise<Counts> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const stdio = ["inherit", "inherit", "inherit", "ipc"] as const;
  const child = spawn(process.execPath, [vitest, "run", ...args], {
    cwd: root,
    env,
    stdio: [...stdio],
  });
  let counts: Counts | undefined;
  child.on("message", (message) => (counts = message as Counts));
  const code = await ended(child);
  if (counts === undefined) return { passed: 0, failed: 1, skipped: 0 };
  // Whatever else made vitest fail (a threshold, no test found) counts as one failure.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @returns the exit code; 1 when a signal ended it or it could not be started, which is printed. */
function ended(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** @param from a reading of performance.now(), ms */
function seconds(from: number): string {
  return `${((performance.now() - from) / 1000).toFixed(1).padStart(5)} s`;
}
