/** Tests of rows by pipes. Invariant: a row whose test is too much work does not pass, and the answer is partial and says so. */
import { workReason } from "../../domain/too-much-work.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PipeEnv } from "./rows.ts";

export function unlessTooMuch<T>(
  passes: (row: T) => boolean,
  env: Pick<PipeEnv, "partial" | "meter">,
): (row: T) => boolean {
  return (row) => {
    try {
      env.meter.row();
      return passes(row);
    } catch (error) {
      const reason = workReason(error);
      if (reason === undefined) throw error;
      env.partial(reason);
      return false;
    }
  };
}

/** The same rows, for functions that test them. */
export function forgiving(batch: RowBatch, env: Pick<PipeEnv, "partial" | "meter">): RowBatch {
  return { ...batch, matches: (filter) => unlessTooMuch(batch.matches(filter, env.meter), env) };
}
