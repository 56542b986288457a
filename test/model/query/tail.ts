/**
 * Section 12: live tail.
 * Invariant: once an epoch is final for a poller, everything acknowledged in it since the poller began was delivered.
 */
import { ModelFailure } from "../check/failure.ts";
import { name } from "../check/ledger.ts";
import type { Fragment, L0Row } from "../nouns.ts";
import { readL0, readTail } from "../read.ts";
import { read, sleep, type Task, UNKNOWN } from "../sim/task.ts";
import { about, monotonicOf, type Process, wallOf, type World } from "../world.ts";
import { grace } from "../clean/chunks.ts";
import { query } from "./plan.ts";
import { spanStart, usable } from "./readers.ts";

interface Poller {
  /** The first epoch that is not final yet. */
  open: number;
  /** Own clocks when the last poll was complete. */
  last: { readonly monotonic: number; readonly wall: number };
  readonly delivered: Set<Fragment>;
  /** Newest seq by epoch and writer. */
  readonly newest: Map<string, number>;
  /** Oracle: acknowledgements looked at; none of an epoch that was closed when the poller began is asked for. */
  checked: number;
  readonly first: number;
}

export function* tailer(w: World, p: Process): Task {
  const first = yield* read("tail reads epoch", () => w.tables.epochs);
  if (first === UNKNOWN) return yield* tailer(w, p);
  const poller: Poller = {
    open: first.closed + 1,
    last: { monotonic: monotonicOf(w, p), wall: wallOf(w, p) },
    delivered: new Set(),
    newest: new Map(),
    checked: w.ledger.acknowledgements.length,
    first: first.closed + 1,
  };
  for (;;) {
    yield* sleep(about(w, w.shape.tailEvery));
    yield* poll(w, p, poller);
  }
}

function* poll(w: World, p: Process, poller: Poller): Task {
  const now = { monotonic: monotonicOf(w, p), wall: wallOf(w, p) };
  const { last } = poller;
  const gap = Math.max(now.monotonic - last.monotonic, now.wall - last.wall);
  const epochs = yield* read("tail reads epoch", () => w.tables.epochs);
  if (epochs === UNKNOWN) return;
  if (gap > grace(w) / 2 && w.on("tailGap") && !(yield* fillGap(w, p, poller))) return;
  const tail = yield* readTail(w);
  if (tail === UNKNOWN) return;
  const rows = yield* readL0(w, tail.chunks, poller.open, Infinity);
  if (rows === UNKNOWN) return;
  for (const row of rows) deliver(w, poller, row);
  poller.last = now;
  if (epochs.closed >= poller.open) {
    poller.open = epochs.closed + 1;
    checkDelivered(w, p, poller);
  }
}

/** Rule tailReread off: a row that appears below the newest one seen of its writer is missed. */
function deliver(w: World, poller: Poller, row: L0Row): void {
  const key = `${row.epoch}/${row.writer}`;
  const newest = poller.newest.get(key) ?? -1;
  if (!w.on("tailReread") && row.seq < newest) return;
  poller.newest.set(key, Math.max(newest, row.seq));
  w.ledger.counts.tailed++;
  for (const { fragment } of row.pieces) poller.delivered.add(fragment);
}

function* fillGap(w: World, p: Process, poller: Poller): Task<boolean> {
  const { from, to } = spanStart(w, { from: w.tables.app.floor, to: newestBucket(w) });
  const answer = yield* query(w, p, { from, to });
  if (!usable(w, p, answer)) return false;
  for (const { fragment } of answer.pieces) poller.delivered.add(fragment);
  return true;
}

function newestBucket(w: World): number {
  return Math.floor((w.sim.now + 5000) / w.shape.bucketUnits);
}

function checkDelivered(w: World, p: Process, poller: Poller): void {
  const list = w.ledger.acknowledgements;
  // Acknowledgements come nearly by epoch: stop before the first that is still open, look at it again next time.
  while (poller.checked < list.length) {
    const next = list[poller.checked];
    if (next === undefined || next.epoch >= poller.open) return;
    poller.checked++;
    const { fragment, epoch } = next;
    if (epoch < poller.first) continue;
    if (poller.delivered.has(fragment) || !w.lives(fragment.bucket)) continue;
    if (w.ledger.mayHide(fragment.bucket)) continue;
    if (w.ledger.touched(fragment, w.sim.steps) !== 0) continue;
    throw new ModelFailure("I6", `the tail of p${p.id} misses ${name(fragment)}`);
  }
}
