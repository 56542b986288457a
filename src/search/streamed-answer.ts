/**
 * Entries one after the other, as their blocks are read.
 * Invariant: no more is read than the page needs, and one row to know whether there is another page.
 */
import { type Entry, entryIdText } from "../domain/entry.ts";
import { ANSWER_BYTES } from "../domain/limits.ts";
import { entryBytes } from "../engine/pipe/held.ts";
import type { Pipeline } from "../engine/pipe/pipeline.ts";
import type { PipeEnv, Rows } from "../engine/pipe/rows.ts";
import { type Answer, type Page, applied, plain, readOf } from "./answer.ts";
import type { BlockWalk } from "./block-walk.ts";
import { mergeHits, placeOf } from "./entry-merge.ts";
import type { RunWatch } from "./explain/run-watch.ts";
import { skipCursor } from "./prepare-query.ts";
import type { Spending } from "./spending.ts";

/** Entries one after the other, until the page is full. */
export async function streamedAnswer(
  pipeline: Pipeline,
  page: Page,
  walk: BlockWalk,
  env: PipeEnv,
  spending: Spending,
  watch: RunWatch,
): Promise<Answer> {
  const { start, limit, bytes = ANSWER_BYTES } = page;
  const after = start.kind === "after" && pipeline.resumable ? placeOf(start.id) : undefined;
  let skip = start.kind === "skip" ? start.rows : 0;
  const step = watch.steps(pipeline.streamed, env);
  const entries: Entry[] = [];
  const finish = async (found: readonly Entry[]): Promise<Answer["rows"]> => {
    let rows: Rows = { kind: "entries", entries: found };
    for (const pipe of pipeline.rest) rows = await applied(rows, pipe, env, spending, watch);
    return plain(rows);
  };
  let last = "";
  /** Also of those that pipes have dropped. */
  let lastRead = "";
  let held = 0;
  for await (const hit of mergeHits(walk, page.ascending, after)) {
    const read = readOf(hit, walk, watch);
    if (read === undefined) continue;
    const late = lastRead !== "" && spending.isTurnOver ? await spending.rowTurn() : undefined;
    if (late !== undefined) {
      // Pipes may take any time over the rows of one block.
      env.partial(late);
      const taken = (start.kind === "skip" ? start.rows : 0) + entries.length;
      return {
        rows: await finish(entries),
        nextCursor: pipeline.resumable ? lastRead : skipCursor(taken),
        complete: false,
        coveredStart: page.ascending ? undefined : read.timeNanos + 1n,
      };
    }
    lastRead = entryIdText(read.id);
    const entry = step.take(read);
    if (entry !== undefined && skip > 0) skip--;
    else if (entry !== undefined) {
      if (entries.length === limit || held >= bytes) {
        const skipped = (start.kind === "skip" ? start.rows : 0) + entries.length;
        return {
          rows: await finish(entries),
          nextCursor: pipeline.resumable ? last : skipCursor(skipped),
          complete: false,
        };
      }
      entries.push(entry);
      last = entryIdText(read.id);
      held += entryBytes(entry);
      const spent = env.overfull(held);
      if (spent !== undefined) {
        env.partial(spent);
        const taken = (start.kind === "skip" ? start.rows : 0) + entries.length;
        const nextCursor = pipeline.resumable ? last : skipCursor(taken);
        return { rows: await finish(entries), nextCursor, complete: false };
      }
    }
    if (step.done) return { rows: await finish(entries), nextCursor: "", complete: false };
  }
  return { rows: await finish(entries), nextCursor: "", complete: true };
}
