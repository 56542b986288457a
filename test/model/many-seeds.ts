/** Seeds one after another, until enough steps were taken. Invariant: a failure does not end it, five do. */
import type { Ledger } from "./check/ledger.ts";
import { runModel } from "./model.ts";
import type { Shape } from "./shape.ts";

export interface SeedsReport {
  steps: number;
  seeds: number;
  readonly counts: Ledger["counts"];
  /** Seed, invariant and last steps of each. */
  readonly failures: string[];
}

/** @param run.say told of progress, once in a hundred seeds */
export function runSeeds(run: {
  readonly shape: Shape;
  readonly steps: number;
  readonly firstSeed: number;
  readonly say?: (line: string) => void;
}): SeedsReport {
  const counts = { queries: 0, pages: 0, partial: 0, acknowledgements: 0, tailed: 0, merges: 0 };
  const report: SeedsReport = { steps: 0, seeds: 0, counts, failures: [] };
  while (report.steps < run.steps && report.failures.length < 5) {
    const one = runModel({ seed: run.firstSeed + report.seeds, shape: run.shape });
    report.seeds++;
    report.steps += one.steps;
    counts.queries += one.counts.queries;
    counts.pages += one.counts.pages;
    counts.partial += one.counts.partial;
    counts.acknowledgements += one.counts.acknowledgements;
    counts.tailed += one.counts.tailed;
    counts.merges += one.counts.merges;
    if (one.failure !== undefined) report.failures.push(one.failure);
    if (report.seeds % 100 === 0) run.say?.(`${report.seeds} seeds, ${report.steps} steps`);
  }
  return report;
}
