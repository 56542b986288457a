/**
 * Queries and pagers, checked against what clients were promised.
 * Invariant: a page is a fresh plan; the cursor is the last entry's id and nothing else.
 */
import { type Fragment, type Piece, timeOfId } from "../nouns.ts";
import { ModelFailure } from "../check/failure.ts";
import { name, type Span } from "../check/ledger.ts";
import { sleep, type Task } from "../sim/task.ts";
import { about, type Process, type World } from "../world.ts";
import { type Answer, query, type Range } from "./plan.ts";

const PAGE = 4;

export function* reader(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, w.shape.queryEvery));
    const range = someRange(w, 4);
    const begin = spanStart(w, range);
    const answer = yield* query(w, p, range);
    if (!usable(w, p, answer)) continue;
    w.ledger.counts.queries++;
    w.sim.say(p, () => `query of buckets ${range.from} to ${range.to}: ${answer.pieces.length}`);
    w.ledger.checkAnswer(`a query of p${p.id}`, answer.pieces, spanEnd(w, begin));
  }
}

/** @throws ModelFailure when a query fails for a blob though it was in time. */
export function usable(w: World, p: Process, answer: Answer): boolean {
  if (answer.partial === undefined) return true;
  w.ledger.counts.partial++;
  if (answer.partial === "blob missing") {
    throw new ModelFailure(
      "I6",
      `a query of p${p.id} fails within its deadline: a blob is missing`,
    );
  }
  return false;
}

function someRange(w: World, most: number): Range {
  const { random } = w.sim;
  const newest = Math.floor((w.sim.now + 200) / w.shape.bucketUnits);
  const to = newest - random.below(4);
  return { from: to - random.below(most), to };
}

type Begin = Omit<Span, "endedAt" | "floorAtEnd">;

export function spanStart(w: World, range: Range): Begin {
  return { ...range, beganAt: w.sim.steps, beganTime: w.sim.now, floorAtStart: w.tables.app.floor };
}

export function spanEnd(w: World, begin: Begin): Span {
  return { ...begin, endedAt: w.sim.steps, floorAtEnd: w.tables.app.floor };
}

interface Shown {
  readonly time: number;
  readonly fragment: Fragment;
  readonly index: number;
}

export function* pager(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, w.shape.pageEvery));
    yield* allPages(w, p);
  }
}

function* allPages(w: World, p: Process): Task {
  const range = someRange(w, 1);
  const begin = spanStart(w, range);
  const shown: Shown[] = [];
  for (let tries = 0; tries < 80; tries++) {
    const answer = yield* query(w, p, range);
    if (!usable(w, p, answer)) continue;
    const entries = sorted(answer.pieces);
    const cursor = shown.at(-1);
    const from = w.on("cursorById")
      ? entries.findIndex((entry) => cursor === undefined || order(entry, cursor) > 0)
      : shown.length;
    const page = from < 0 ? [] : entries.slice(from, from + PAGE);
    shown.push(...page);
    w.ledger.counts.pages++;
    if (page.length < PAGE) {
      checkPages(w, p, shown, spanEnd(w, begin));
      return;
    }
    yield* sleep(about(w, 30));
  }
}

function sorted(pieces: readonly Piece[]): Shown[] {
  const entries: Shown[] = [];
  for (const { fragment, mask } of pieces) {
    for (const [index, { time }] of fragment.batch.entries.entries()) {
      if ((mask & (1 << index)) === 0) continue;
      entries.push({ time: time ?? timeOfId(fragment.batch.id), fragment, index });
    }
  }
  return entries.sort(order);
}

function order(a: Shown, b: Shown): number {
  return a.time - b.time || a.fragment.batch.id - b.fragment.batch.id || a.index - b.index;
}

/** What was acknowledged before the first page comes once; nothing comes twice. */
function checkPages(w: World, p: Process, shown: readonly Shown[], span: Span): void {
  const masks = new Map<Fragment, number>();
  for (const { fragment, index } of shown) {
    const mask = masks.get(fragment) ?? 0;
    if ((mask & (1 << index)) !== 0) {
      throw new ModelFailure("I6", `pages of p${p.id} repeat an entry of ${name(fragment)}`);
    }
    masks.set(fragment, mask | (1 << index));
  }
  for (const fragment of w.ledger.acknowledgedIn(span)) {
    const must = fragment.full & ~w.ledger.touched(fragment, span.endedAt);
    if ((must & ~(masks.get(fragment) ?? 0)) === 0) continue;
    throw new ModelFailure("I6", `pages of p${p.id} skip entries of ${name(fragment)}`);
  }
}
