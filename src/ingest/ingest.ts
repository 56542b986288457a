/**
 * Group commit: batches that arrive together are encoded and stored together.
 * Invariants: a batch is acknowledged only after the commit that holds all its rows; a batch id is in at most one
 * commit at a time; bytes queued and in flight are bounded; what was taken in is finished, whoever goes away.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError, invalid, isFault, overloaded } from "../domain/fault.ts";
import { batchTimeMs, type BatchId } from "../domain/ids.ts";
import { KiB, LIMITS } from "../domain/limits.ts";
import type { Logger } from "../domain/logger.ts";
import type { Meter } from "../domain/meter.ts";
import { type Bug, errorOfBug } from "../domain/thrown.ts";
import type { LogStore } from "../storage/log-store.ts";
import { batchKey, createAcknowledged } from "./acknowledged.ts";
import { commitNew } from "./commit-new.ts";
import type { EncodeTick } from "./encode-tick.ts";
import { ingestFigures } from "./figures.ts";
import type { DecodedBatch, RawBatch, Rejection } from "./raw-batch.ts";
import { TickQueue } from "./tick-queue.ts";

/**
 * Bodies queued, encoded and committed at one time. As much as the largest single body, and above half a second
 * of full ingest on two cores; the process's whole memory at full ingest is to stay under 300 MB.
 */
const MAX_WAITING_BYTES = LIMITS.inflatedBytes;
/** What a batch weighs beside its body (promise, callbacks, key), so that empty bodies are bounded too. */
const BATCH_BYTES = 2 * KiB;
/** Clients back off by themselves; a queue of 64 MiB drains in about a second. */
const RETRY_AFTER_MS = 1_000;
const EXPIRED =
  "its hour was made under a shorter retention and has ended; a longer one holds for hours made after the change";

export interface SendOutcome {
  readonly batch: BatchId;
  /**
   * Entries that are stored, now or by an earlier try. For a duplicate: as the first time when this process remembers
   * it, else 0.
   */
  readonly accepted: number;
  /** A hint: all that is taken of the batch was here before, and is there once. */
  readonly duplicate: boolean;
  readonly rejected: readonly Rejection[];
}

export interface Ingest extends AsyncDisposable {
  /**
   * Resolves when the batch is durable, or definitely has nothing to store. Rejects with `invalid` (the body as a
   * whole cannot be decoded), `overloaded` (nothing is known to be stored; send the same batch again),
   * `canceled` (the caller went away; the batch is stored nevertheless), and with an Error that is no fault when
   * this batch met a bug of ours: nothing of it is stored, and sending it again meets the bug again.
   */
  send(batch: RawBatch, signal?: AbortSignal): Promise<SendOutcome>;
  /** Refuses what comes from now on and resolves when everything taken in is answered. */
  close(): Promise<void>;
}

export interface IngestDeps {
  readonly store: Pick<LogStore, "known" | "commit">;
  readonly encode: EncodeTick;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Told of each batch that was stored now, whoever still waits for its answer. */
  readonly onStored?: (app: RawBatch["app"], entries: number, bytes: number) => void;
  /**
   * Commits encoded or stored at one time: 2, when left out, let the encoder work while the store waits for the disk; more
   * only make rows smaller where one is stored after the other.
   */
  readonly commitsInFlight?: number;
  readonly maxWaitingBytes?: number;
}

interface Job {
  readonly app: RawBatch["app"];
  readonly raw: RawBatch;
  readonly key: string;
  readonly bytes: number;
  readonly outcome: PromiseWithResolvers<SendOutcome>;
  /** Callers that are there to be told. */
  waiting: number;
}

export function createIngest(deps: IngestDeps): Ingest {
  const { store, clock, logger } = deps;
  const commitsInFlight = deps.commitsInFlight ?? 2;
  const maxWaitingBytes = deps.maxWaitingBytes ?? MAX_WAITING_BYTES;
  const figures = ingestFigures(deps.meter);
  const acknowledged = createAcknowledged(() => clock.nowMs());
  const queue = new TickQueue<Job>();
  /** Every batch taken in and not answered yet. */
  const open = new Map<string, Job>();
  const running = new Set<Promise<void>>();
  let waitingBytes = 0;
  /** Of these, by application. */
  const waitingOf = new Map<RawBatch["app"], number>();
  let closed = false;
  let turn: NodeJS.Immediate | undefined;
  let timer: { readonly atMs: number; readonly stop: AbortController } | undefined;

  function send(raw: RawBatch, signal?: AbortSignal): Promise<SendOutcome> {
    if (signal?.aborted === true) return Promise.reject(new FaultError({ kind: "canceled" }));
    const key = batchKey(raw);
    const first = open.get(key);
    if (first !== undefined) return waitFor(first, signal).then(asDuplicate);
    const before = acknowledged.find(key);
    if (before !== undefined) {
      figures.duplicates.add(1);
      return Promise.resolve(duplicateOf(raw, before));
    }
    if (closed) return Promise.reject(refuse("shutting down"));
    const bytes = raw.body.byteLength + BATCH_BYTES;
    if (!hasRoom(raw.app, bytes)) return Promise.reject(refuse("too much is waiting to be stored"));
    const outcome = Promise.withResolvers<SendOutcome>();
    const job: Job = { app: raw.app, raw, key, bytes, outcome, waiting: 0 };
    weigh(raw.app, bytes);
    figures.bytes.add(raw.body.byteLength);
    open.set(key, job);
    // Whoever waits handles the rejection; when all of them went away nobody does.
    outcome.promise.catch(() => undefined);
    queue.put(job, clock.monotonicMs());
    wake();
    return waitFor(job, signal);
  }

  function waitFor(job: Job, signal: AbortSignal | undefined): Promise<SendOutcome> {
    job.waiting++;
    return untilAborted(job.outcome.promise, signal, () => void job.waiting--);
  }

  function refuse(reason: string): FaultError {
    figures.refused.add(1, { reason: "overloaded" });
    return overloaded(reason, RETRY_AFTER_MS);
  }

  function asDuplicate(outcome: SendOutcome): SendOutcome {
    figures.duplicates.add(1);
    return { ...outcome, duplicate: true };
  }

  /**
   * An application that has something waiting may have as much as it leaves to the others: half of the room when it is
   * alone, less beside others. What one sends does not shut the others out, however little of it passed the network.
   */
  function hasRoom(app: RawBatch["app"], bytes: number): boolean {
    // One body larger than the bound must get through when nothing else is there.
    if (waitingBytes === 0) return true;
    const left = maxWaitingBytes - waitingBytes;
    return (waitingOf.get(app) ?? 0) + bytes <= left;
  }

  function weigh(app: RawBatch["app"], bytes: number): void {
    waitingBytes += bytes;
    const own = (waitingOf.get(app) ?? 0) + bytes;
    if (own > 0) waitingOf.set(app, own);
    else waitingOf.delete(app);
    figures.waitingBytes.set(waitingBytes);
  }

  /** Starts commits that are due, or looks again when the next one is. */
  function wake(): void {
    if (queue.empty || running.size >= commitsInFlight) return;
    if (running.size === 0 || closed) {
      // Nothing is being stored, so waiting would gain nothing but for the requests of this very turn.
      turn ??= setImmediate(() => {
        turn = undefined;
        start(true);
      });
      return;
    }
    const dueInMs = queue.dueInMs(clock.monotonicMs()) ?? 0;
    if (dueInMs === 0) start(false);
    else arm(dueInMs);
  }

  function arm(ms: number): void {
    const atMs = clock.monotonicMs() + ms;
    if (timer !== undefined && timer.atMs <= atMs) return;
    disarm();
    const armed = { atMs, stop: new AbortController() };
    timer = armed;
    clock.sleep(ms, armed.stop.signal).then(
      () => {
        timer = undefined;
        wake();
      },
      () => undefined,
    );
  }

  function disarm(): void {
    timer?.stop.abort();
    timer = undefined;
  }

  function start(everything: boolean): void {
    if (running.size >= commitsInFlight) return;
    const jobs = queue.take(clock.monotonicMs(), everything);
    if (jobs.length === 0) return;
    // An armed timer stays: one that finds nothing due costs less than the error that cutting it short makes.
    const run = commitOf(jobs).finally(() => {
      running.delete(run);
      wake();
    });
    running.add(run);
    wake();
  }

  /** Never rejects: every job is answered. */
  async function commitOf(jobs: readonly Job[]): Promise<void> {
    try {
      const fresh = await withoutKnown(jobs);
      if (fresh.length > 0) await encodeAndStore(fresh);
    } catch (error) {
      // What was stored, if anything, is unknown: the clients send the same batches again.
      acknowledged.forgetUncertain();
      if (!(error instanceof FaultError)) logger.error("storing a commit failed", error);
      const fault = isFault(error, "overloaded")
        ? error
        : overloaded("storing failed, send the same batch again", RETRY_AFTER_MS);
      for (const job of jobs) fail(job, fault, "failed");
    }
  }

  /** Answers the batches that the store has already; @returns the others. */
  async function withoutKnown(jobs: readonly Job[]): Promise<readonly Job[]> {
    // A question waits behind the commit before it; ids younger than our memory need not be asked.
    const asked = jobs.filter((job) => !acknowledged.covers(job.key, batchTimeMs(job.raw.batch)));
    if (asked.length === 0) return jobs;
    const known = new Set((await store.known(asked.map(nameOf))).map(batchKey));
    if (known.size === 0) return jobs;
    return jobs.filter((job) => {
      if (!known.has(job.key)) return true;
      answerDuplicate(job);
      return false;
    });
  }

  async function encodeAndStore(jobs: readonly Job[]): Promise<void> {
    const startMs = clock.monotonicMs();
    const { rows, decoded } = await deps.encode(jobs.map((job) => job.raw));
    const encodedMs = clock.monotonicMs();
    figures.encodeSeconds.observe((encodedMs - startMs) / 1000);
    const stored: { job: Job; result: DecodedBatch }[] = [];
    for (const [i, job] of jobs.entries()) {
      const result = decoded[i];
      if (result === undefined) throw new Error("the encoder answered for fewer batches than sent");
      if (result.failure !== undefined)
        fail(job, invalid(result.failure.field, result.failure.reason), "undecodable");
      else if (result.bug !== undefined) failForBug(job, result.bug);
      else if (result.accepted === 0) answer(job, result);
      else stored.push({ job, result });
    }
    if (rows.length === 0) {
      if (stored.length > 0) throw new Error("the encoder accepted entries and gave no rows");
      return;
    }
    const { repeated, expired } = await commitNew(store, rows);
    figures.commitSeconds.observe((clock.monotonicMs() - encodedMs) / 1000);
    for (const { job, result: decoded } of stored) {
      const result = withoutExpired(decoded, expired.get(job.key) ?? []);
      if (repeated.has(job.key)) {
        answerDuplicate(job, result.rejected);
        continue;
      }
      // A batch with refused entries is asked of the store again: its answer lies there, not here.
      if (result.rejected.length === 0) acknowledged.add(job.key, result.accepted);
      else acknowledged.addToAskFor(job.key, result.accepted);
      answer(job, result);
    }
  }

  function answer(job: Job, result: DecodedBatch): void {
    if (result.accepted > 0) {
      figures.batches.add(1);
      deps.onStored?.(job.app, result.accepted, job.bytes - BATCH_BYTES);
    }
    figures.entries.add(result.accepted);
    figures.rejected.add(result.rejected.length);
    finish(job);
    job.outcome.resolve({
      batch: job.raw.batch,
      accepted: result.accepted,
      duplicate: false,
      rejected: result.rejected,
    });
  }

  /** @param rejected what is refused still, as far as this try has found it out. */
  function answerDuplicate(job: Job, rejected: readonly Rejection[] = []): void {
    figures.duplicates.add(1);
    const accepted = acknowledged.acceptedOf(job.key);
    acknowledged.addToAskFor(job.key, accepted);
    finish(job);
    job.outcome.resolve({ ...duplicateOf(job.raw, accepted), rejected });
  }

  function failForBug(job: Job, bug: Bug): void {
    const { batch, app, kind } = job.raw;
    const error = new Error(`batch ${batch} of application ${app} (${kind}) broke its encoder`, {
      cause: errorOfBug(bug),
    });
    // Who answers a caller logs the bug; without a caller nobody would.
    if (job.waiting === 0) logger.error("a batch was not stored", error);
    fail(job, error, "broken");
  }

  function fail(job: Job, error: Error, reason: string): void {
    // Answered before the failure.
    if (open.get(job.key) !== job) return;
    figures.refused.add(1, { reason });
    finish(job);
    job.outcome.reject(error);
  }

  function finish(job: Job): void {
    open.delete(job.key);
    weigh(job.app, -job.bytes);
  }

  async function close(): Promise<void> {
    closed = true;
    disarm();
    wake();
    while (open.size > 0)
      await Promise.allSettled([...open.values()].map(({ outcome }) => outcome.promise));
    await Promise.allSettled(running);
  }

  return { send, close, [Symbol.asyncDispose]: close };
}

/** @param places of entries that are refused because their hour has expired. */
function withoutExpired(result: DecodedBatch, places: readonly number[]): DecodedBatch {
  if (places.length === 0) return result;
  const expired = places.map((index) => ({ index, reason: EXPIRED }));
  return {
    ...result,
    accepted: result.accepted - places.length,
    rejected: [...result.rejected, ...expired].toSorted((a, b) => a.index - b.index),
  };
}

function nameOf(job: Job): Pick<RawBatch, "app" | "batch"> {
  return { app: job.raw.app, batch: job.raw.batch };
}

function duplicateOf(raw: RawBatch, accepted: number): SendOutcome {
  return { batch: raw.batch, accepted, duplicate: true, rejected: [] };
}

/** The promise, unless the signal aborts first: the work goes on, only the waiting ends, and `onGone` is told. */
function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  onGone: () => void,
): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: result, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => {
    onGone();
    reject(new FaultError({ kind: "canceled" }));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  return result;
}
