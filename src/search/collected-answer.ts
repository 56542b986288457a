/**
 * What pipes make of all entries together, in their order.
 * Invariant: they hold no more than pipes may; what they were given then is named.
 */
import type { Entry } from "../domain/entry.ts";
import { entryBytes } from "../engine/pipe/held.ts";
import type { Pipeline } from "../engine/pipe/pipeline.ts";
import type { PipeEnv, Rows } from "../engine/pipe/rows.ts";
import { MAX_SORTED, sort } from "../engine/pipe/sort.ts";
import { type Answer, type Page, applied, cut, readOf } from "./answer.ts";
import type { BlockWalk } from "./block-walk.ts";
import { MAX_ANCHORS } from "./context-pipe.ts";
import { mergeHits, nanosOfHit } from "./entry-merge.ts";
import type { RunWatch } from "./explain/run-watch.ts";
import type { Spending } from "./spending.ts";

/** Reads the entries around some. */
export type ContextReader = (entries: readonly Entry[], count: number) => Promise<Entry[]>;

/** All rows, then the pipes that need them all; pages are cut out of the finished answer. */
export async function collectedAnswer(
  pipeline: Pipeline,
  page: Page,
  walk: BlockWalk,
  env: PipeEnv,
  context: ContextReader,
  spending: Spending,
  watch: RunWatch,
): Promise<Answer> {
  const step = watch.steps(pipeline.streamed, env);
  const [first, second] = pipeline.rest;
  const top =
    first?.kind === "sort" && second?.kind === "limit" ? second.offset + second.count : Infinity;
  let entries: Entry[] = [];
  let complete = true;
  let held = 0;
  let coveredStart: bigint | undefined;
  for await (const hit of mergeHits(walk, page.ascending, undefined)) {
    const read = readOf(hit, walk, watch);
    const entry = read === undefined ? undefined : step.take(read);
    if (entry !== undefined) {
      entries.push(entry);
      held += entryBytes(entry);
    }
    if (step.done || (first?.kind === "context" && entries.length > MAX_ANCHORS)) {
      complete = false;
      break;
    }
    const late = spending.isTurnOver ? await spending.rowTurn() : undefined;
    let spent = late ?? env.overfull(held);
    if (entries.length < MAX_SORTED && spent === undefined) continue;
    if (late === undefined && first?.kind === "sort" && top * 2 <= entries.length) {
      // Only the top so far can be in the answer; a stable sort keeps ties in their order.
      const sorted = sort({ kind: "entries", entries }, first.keys, env);
      entries = sorted.kind === "entries" ? sorted.entries.slice(0, top) : [];
      held = entries.reduce((sum, kept) => sum + entryBytes(kept), 0);
      spent = env.overfull(held);
      if (spent === undefined) continue;
    }
    complete = false;
    env.partial(spent ?? `pipes that need all rows take the first ${MAX_SORTED}`);
    if (!page.ascending) coveredStart = nanosOfHit(hit) + 1n;
    break;
  }
  coveredStart ??= walk.coveredStart;
  const known = { ...env, coveredStart };
  let rows: Rows = { kind: "entries", entries };
  for (const pipe of pipeline.rest) {
    rows =
      pipe.kind === "context" && rows.kind === "entries"
        ? { kind: "entries", entries: await context(rows.entries, pipe.count) }
        : await applied(rows, pipe, known, spending, watch);
  }
  return { ...cut(rows, page, complete), coveredStart };
}
