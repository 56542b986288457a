/**
 * The long run of the model, and the replay of one seed.
 * Invariant: every sort of traffic gets its share of the steps; each failure is printed with its seed and last steps.
 */
import { SHAPES } from "./cases.ts";
import { runSeeds } from "./many-seeds.ts";
import { runModel } from "./model.ts";
import { RULES, type Rule } from "./rules.ts";

/** @returns how many seeds failed; it stops at five a sort of traffic. */
export function tortureModel(run: {
  readonly steps: number;
  readonly firstSeed: number;
  readonly say: (line: string) => void;
}): number {
  let failed = 0;
  const shapes = Object.entries(SHAPES);
  for (const [name, shape] of shapes) {
    // Half of the steps are ordinary traffic.
    const share = name === "baseline" ? 0.5 : 0.5 / (shapes.length - 1);
    const began = performance.now();
    const report = runSeeds({ ...run, shape, steps: run.steps * share });
    const perSecond = Math.round((report.steps / (performance.now() - began)) * 1000);
    const counts = Object.entries(report.counts).map(([what, n]) => `${n} ${what}`);
    const seeds = `${report.seeds} seeds from ${run.firstSeed}`;
    run.say(`${name}: ${report.steps} steps (${perSecond}/s), ${seeds}: ${counts.join(", ")}`);
    for (const failure of report.failures) run.say(`FAULT (${name}) ${failure}`);
    failed += report.failures.length;
  }
  return failed;
}

/**
 * Runs one seed and prints what it came to.
 * @param run.traffic a name of `SHAPES`
 * @returns 1 if it failed, else 0
 */
export function replay(run: {
  readonly seed: number;
  readonly traffic: string;
  readonly off: readonly string[];
  readonly say: (line: string) => void;
}): number {
  const shape = Object.entries(SHAPES).find(([name]) => name === run.traffic)?.[1];
  if (shape === undefined) {
    throw new RangeError(`traffic is one of ${Object.keys(SHAPES).join(", ")}`);
  }
  const unknown = run.off.filter((name) => !isRule(name));
  if (unknown.length > 0) throw new RangeError(`no such rule: ${unknown.join(", ")}`);
  const report = runModel({ seed: run.seed, shape, off: run.off.filter(isRule) });
  run.say(report.failure ?? `seed ${run.seed}: ${report.steps} steps, nothing broke`);
  return report.failure === undefined ? 0 : 1;
}

function isRule(name: string): name is Rule {
  return RULES.some((rule) => rule === name);
}
