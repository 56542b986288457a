/**
 * Follows an application's new entries.
 * Invariant: everything committed after the position it began at comes, each entry at least once and with the position to
 * resume from; a reader that resumes drops the ids it has. When rows are gone already, or take long to read, the read side
 * fills the gap, page by page and as slowly as it must; what even that cannot read is said, and so is a position that this
 * store never had.
 */
import type { Clock } from "../domain/clock.ts";
import type { Entry } from "../domain/entry.ts";
import { FaultError, invalid, isFault } from "../domain/fault.ts";
import { workReason } from "../domain/too-much-work.ts";
import type { AppId, BatchId } from "../domain/ids.ts";
import { HOUR_MS, NANOS_PER_MS } from "../domain/time-range.ts";
import { Bitmap } from "../engine/bitmap.ts";
import { type BlockFilter, compileBlockFilter } from "../engine/filter/block-filter.ts";
import { BlockScan } from "../engine/filter/block-scan.ts";
import type { Filter } from "../query/ast.ts";
import type { L0Row, LogReads } from "../storage/log-store.ts";
import type { BlockOpener } from "./block-opener.ts";
import type { Look, Looks, OwnLooks } from "./looks.ts";
import { regexSteps } from "./regex-steps.ts";
import { holdOf } from "./spending.ts";
import type { ReceivedPage, ReceivedRequest } from "./received.ts";

const POLL_MS = 1000;
const ROWS_A_POLL = 512;
/** A quiet tail moves its position this often: far within the grace of absorbed rows, so that no gap opens behind it. */
const POSITION_MS = 10_000;
/** Clocks of processes, and the way from receipt to commit, may be this far apart. */
const SLACK_MS = 60_000;
/** How far back in time entries are looked for once it was said that some may be missing. */
const LATE_NANOS = 24n * BigInt(HOUR_MS) * NANOS_PER_MS;
const AHEAD =
  "the position is ahead of the store, as after a restored backup: what was received before the restore is not followed";
/**
 * Tails follow on the thread that serves everybody. A filter has it to itself for so long; what takes more is read by the read
 * side, as a gap is. A regex may spend seconds on one text between two looks at the clock, so what it may take is reckoned
 * beforehand: steps times bytes, a tenth of a second at worst.
 */
const HOLD_MS = 20;
const STEPS_HERE = 2_000_000;
/** Fragments remembered as delivered, to drop a retry's copy. */
const REMEMBERED = 20_000;

export type TailEvent =
  /** `position` resumes before or behind this entry, never beyond one not yet given. */
  | { readonly kind: "entry"; readonly entry: Entry; readonly position: string }
  /** Nothing is owed before `position`. */
  | { readonly kind: "position"; readonly position: string }
  /** Entries may be missing here. */
  | { readonly kind: "dropped"; readonly reason: string };

export interface TailRequest {
  readonly app: AppId;
  readonly filter: Filter;
  /** As an event gave it; empty or absent: from now on. */
  readonly position?: string;
}

export interface TailDeps {
  readonly store: Pick<LogReads, "closedEpoch" | "readL0">;
  readonly looks: Looks;
  readonly opener: BlockOpener;
  readonly clock: Clock;
  /**
   * Resolves when something may have been committed to the application; the poll goes on without it.
   * Must give up when the signal aborts.
   */
  readonly woken?: ((app: AppId, signal: AbortSignal) => Promise<void>) | undefined;
  /** A page of what is not among the rows any more. Its owner bounds how many run at one time. */
  readonly received: (request: ReceivedRequest, signal: AbortSignal) => Promise<ReceivedPage>;
}

/** Epoch up to which everything was given, and the wall time then, for filling a gap. */
interface Position {
  readonly epoch: number;
  readonly wallMs: number;
}

/** Ends when the signal aborts. Throws the store's faults, and `invalid` for a foreign position. */
export async function* tail(
  request: TailRequest,
  deps: TailDeps,
  signal: AbortSignal,
): AsyncGenerator<TailEvent, void, undefined> {
  const { store, clock } = deps;
  using looks = deps.looks.follow(request.app);
  const follower = new Follower(request, { ...deps, looks }, signal);
  let position: Position;
  if (request.position === undefined || request.position === "") {
    position = { epoch: await store.closedEpoch(), wallMs: clock.nowMs() };
    await follower.passOver(position);
  } else position = parsePosition(request.position);
  yield { kind: "position", position: positionText(position) };
  try {
    while (!signal.aborted) {
      const more = yield* follower.poll(position);
      if (more.position.epoch !== position.epoch) {
        position = more.position;
        yield { kind: "position", position: positionText(position) };
      }
      if (!more.full) await pause(request.app, deps, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

type FollowerDeps = Omit<TailDeps, "looks"> & { readonly looks: OwnLooks };

class Follower {
  readonly #request: TailRequest;
  readonly #deps: FollowerDeps;
  readonly #signal: AbortSignal;
  readonly #filter: BlockFilter;
  readonly #steps: number;
  readonly #rows = new Set<string>();
  readonly #fragments = new Set<string>();
  /** Monotonic, of the last look at the closed epoch. */
  #lookedMs = -Infinity;
  #room = ROWS_A_POLL;

  constructor(request: TailRequest, deps: FollowerDeps, signal: AbortSignal) {
    this.#request = request;
    this.#deps = deps;
    this.#signal = signal;
    this.#filter = compileBlockFilter(request.filter);
    this.#steps = regexSteps(request.filter);
  }

  /** What is there now came before: rows of open epochs lie behind the position. */
  async passOver(position: Position): Promise<void> {
    const { rows } = await this.#rowsAfter(position);
    for (const row of rows) {
      this.#rows.add(row.id);
      for (const batch of row.batches) this.#isFresh(row, batch);
    }
  }

  /** Gives what is new; `full` says that more is waiting. */
  async *poll(
    from: Position,
  ): AsyncGenerator<TailEvent, { position: Position; full: boolean }, undefined> {
    const { looks, clock } = this.#deps;
    // Many tails are quiet most of the time.
    if (clock.monotonicMs() - this.#lookedMs < POSITION_MS && (await looks.isQuiet(from.epoch)))
      return { position: from, full: false };
    this.#lookedMs = clock.monotonicMs();
    const wallMs = clock.nowMs();
    const { closed, rows, complete, full } = await this.#rowsAfter(from);
    if (closed < from.epoch) {
      yield { kind: "dropped", reason: AHEAD };
      // Epochs of another history say nothing here: only the time of receipt does.
      yield* this.#fill(from, { afterEpoch: -1, startNanos: sinceOf(from) - LATE_NANOS });
      return { position: { epoch: closed, wallMs }, full: false };
    }
    const end = full ? (rows.at(-1)?.epoch ?? 0) : Infinity;
    let gap = !complete;
    if (!gap) {
      for (const row of rows) {
        if (row.epoch >= end || this.#rows.has(row.id)) continue;
        const entries = await this.#entriesOf(row);
        if (entries === undefined) {
          gap = true;
          break;
        }
        if (typeof entries === "string") {
          yield { kind: "dropped", reason: entries };
          continue;
        }
        for (const entry of entries) yield { kind: "entry", entry, position: positionText(from) };
        this.#rows.add(row.id);
      }
    }
    if (gap) {
      yield* this.#fill(from, { afterEpoch: from.epoch, startNanos: 0n });
      for (const row of rows) if (row.epoch <= closed) this.#rows.delete(row.id);
      return { position: { epoch: closed, wallMs }, full: false };
    }
    const given = full ? Math.min(end - 1, closed) : closed;
    for (const row of rows) if (row.epoch <= given) this.#rows.delete(row.id);
    return { position: { epoch: Math.max(from.epoch, given), wallMs }, full };
  }

  /**
   * An epoch is given whole, and the position stays before open ones, whose rows are read again at each poll: where
   * neither an epoch would be given nor the position move, there is more room for rows.
   */
  async #rowsAfter(from: Position): Promise<Look & { readonly full: boolean }> {
    for (;;) {
      const answer = await this.#deps.looks.look(from.epoch, this.#room);
      const { closed, rows } = answer;
      const full = rows.length === this.#room;
      const last = rows.at(-1)?.epoch ?? 0;
      const gives = rows[0] !== undefined && rows[0].epoch < last;
      const moves = Math.min(last - 1, closed) > from.epoch;
      if (full && !(gives && moves)) this.#room *= 4;
      else {
        if (rows.length < this.#room / 16) this.#room = ROWS_A_POLL;
        return { ...answer, full };
      }
    }
  }

  /** @returns undefined when the row is gone or too much work for this thread, a sentence when it cannot be read. */
  async #entriesOf(row: L0Row): Promise<readonly Entry[] | string | undefined> {
    const { store, opener, clock } = this.#deps;
    // One that is written column by column is large, and is inflated as it is read.
    let rawBytes = row.meta.parts.length > 1 ? Infinity : 0;
    if (this.#steps > 0 && this.#steps * rawBytes > STEPS_HERE) return undefined;
    const bytes = await store.readL0(row.id);
    if (bytes === undefined) return undefined;
    try {
      const block = opener.openL0(bytes, row.meta, (inflated) => (rawBytes += inflated));
      if (this.#steps > 0 && this.#steps * rawBytes > STEPS_HERE) return undefined;
      const scan = new BlockScan(block, holdOf(clock, HOLD_MS));
      const fresh = block.batches.map((batch) => this.#isFresh(row, batch));
      const within = Bitmap.all(block.rows);
      for (let i = 0; i < block.rows; i++)
        if (fresh[block.batchOf[i] ?? 0] !== true) within.delete(i);
      return [...this.#filter(scan, within).rows()].map((at) => block.entry(at));
    } catch (error) {
      if (isFault(error, "corrupt")) return error.message;
      if (workReason(error) !== undefined) return undefined;
      throw error;
    }
  }

  #isFresh(row: L0Row, batch: BatchId): boolean {
    const fragment = `${row.bucket}/${batch}`;
    if (this.#fragments.has(fragment)) return false;
    this.#fragments.add(fragment);
    if (this.#fragments.size > REMEMBERED) {
      const [oldest] = this.#fragments;
      if (oldest !== undefined) this.#fragments.delete(oldest);
    }
    return true;
  }

  /** Entries received since the position, oldest first. */
  async *#fill(
    from: Position,
    among: Pick<ReceivedRequest, "afterEpoch" | "startNanos">,
  ): AsyncGenerator<TailEvent, void, undefined> {
    const { app, filter } = this.#request;
    const sinceNanos = sinceOf(from);
    const startNanos = among.startNanos < 0n ? 0n : among.startNanos;
    const reasons = new Set<string>();
    let cursor = "";
    do {
      const page = await this.#page({ app, filter, ...among, startNanos, sinceNanos, cursor });
      for (const entry of page.entries)
        yield { kind: "entry", entry, position: positionText(from) };
      for (const reason of page.reasons) reasons.add(reason);
      cursor = page.nextCursor;
    } while (cursor !== "");
    for (const reason of reasons) yield { kind: "dropped", reason };
  }

  /** Waits for as long as others are served first. */
  async #page(request: ReceivedRequest): Promise<ReceivedPage> {
    const { received, clock } = this.#deps;
    for (;;) {
      if (this.#signal.aborted) throw new FaultError({ kind: "canceled" });
      try {
        return await received(request, this.#signal);
      } catch (error) {
        if (!(error instanceof FaultError) || error.fault.kind !== "overQuota") throw error;
        await clock.sleep(error.fault.retryAfterMs, this.#signal);
      }
    }
  }
}

/** Until something may be new, or the next poll is due. */
async function pause(app: AppId, deps: TailDeps, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const ends = AbortSignal.any([signal, stop.signal]);
  const ignore = (): void => undefined;
  const waits = [deps.clock.sleep(POLL_MS, ends).catch(ignore)];
  if (deps.woken !== undefined) waits.push(deps.woken(app, ends).catch(ignore));
  await Promise.race(waits);
  stop.abort();
}

/** The instant from which receipt counts: what was received earlier was committed before the position. */
function sinceOf({ wallMs }: Position): bigint {
  return BigInt(wallMs - SLACK_MS) * NANOS_PER_MS;
}

function positionText({ epoch, wallMs }: Position): string {
  return `${epoch}-${wallMs}`;
}

function parsePosition(text: string): Position {
  const [, epoch, wallMs] = /^(-?\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (epoch === undefined || wallMs === undefined)
    throw invalid("position", "not a position of this service");
  return { epoch: Number(epoch), wallMs: Number(wallMs) };
}
