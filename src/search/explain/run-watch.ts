/**
 * What a run tells whoever explains it.
 * Invariant: watching changes no answer, and nothing that a run reads.
 */
import { type EntryStep, entrySteps } from "../../engine/pipe/pipeline.ts";
import type { PipeEnv } from "../../engine/pipe/rows.ts";
import type { Filter, Pipe } from "../../query/ast.ts";
import type { WalkOptions } from "../block-walk.ts";
import type { RunDeps } from "../run-deps.ts";

export interface RunWatch {
  /** @returns the same reads, watched; what is read beside the answer, as for warnings, stays with the others. */
  deps(deps: RunDeps): RunDeps;
  /** @returns options that do the same, watched. @param filter what `options.filter` was compiled from. */
  walk(options: WalkOptions, filter: Filter): WalkOptions;
  /** @returns the pipes as one step, as `entrySteps` makes it; fresh steps of one pipe are counted together. */
  steps(pipes: readonly Pipe[], env: PipeEnv): EntryStep;
  /** Reads entries of a block. */
  entry<T>(read: () => T): T;
  /** Gives a pipe so many rows, or takes what it made of them: of rows given `rowsOut` is left out. */
  pipe<T>(pipe: Pipe, rowsIn: number, work: () => T, rowsOut?: (made: T) => number): T;
}

/** Of a run that nobody explains. */
export const UNWATCHED: RunWatch = {
  deps: (deps) => deps,
  walk: (options) => options,
  steps: entrySteps,
  entry: (read) => read(),
  pipe: (_pipe, _rowsIn, work) => work(),
};
