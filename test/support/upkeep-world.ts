/**
 * A store with entries in it and what merges need, for tests of upkeep.
 * Invariant: ids and nonces are counted, not drawn; `visible` reads by the definition of what is visible (storage/
 * log-store.ts) and shares no code with the merges: every segment, then each fragment of newer L0 rows once.
 */
import { type Entry, entryIdText } from "../../src/domain/entry.ts";
import {
  type AppId,
  type BatchId,
  parseAppId,
  parseBatchId,
  parseBlobId,
} from "../../src/domain/ids.ts";
import { type Bucket, bucketOfMs, nanosOf } from "../../src/domain/time-range.ts";
import { type OpenedBlock, openBlock } from "../../src/engine/block/open-block.ts";
import { readSegmentBatches, readSegmentIndex } from "../../src/engine/segment/segment.ts";
import { decodeSummary } from "../../src/engine/summary/summary.ts";
import type { LogStore, Manifest } from "../../src/storage/log-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import type { AppRetention } from "../../src/upkeep/retention.ts";
import type { UpkeepDeps } from "../../src/upkeep/upkeep.ts";
import { FakeClock } from "./fake-clock.ts";
import { type KeptLine, keepingLogger } from "./silent.ts";
import { entryRows } from "./stored-entries.ts";

export const APP = parseAppId("019a0000-0000-7000-8000-0000000000bb");
/** 2026-11-24T12:00:00Z, the start of an hour and where the clock begins. */
export const START_MS = 1_795_521_600_000;
export const BUCKET: Bucket = bucketOfMs(START_MS);
export const UNIT = { app: APP, bucket: BUCKET, shard: 0 };

export function batchId(n: number): BatchId {
  return parseBatchId(`019ab9e2-d800-7000-8000-${n.toString(16).padStart(12, "0")}`);
}

/** Entries of batch `n`, a millisecond apart. */
export function entriesOf(n: number, count = 3, atMs = START_MS + n * 10): Entry[] {
  return Array.from({ length: count }, (_, index) => {
    const timeNanos = nanosOf(atMs + index, 7);
    return {
      id: { timeNanos, batch: batchId(n), index },
      timeNanos,
      observedNanos: nanosOf(atMs, 0),
      severity: 9 + 4 * (index % 3),
      message: `entry ${index} of batch ${n}`,
      service: index % 2 === 0 ? "web" : "db",
      host: `host-${n % 3}`,
      traceId: "",
      spanId: "",
      attributes: new Map([["n", n]]),
      truncated: [],
    };
  });
}

export interface UpkeepWorld extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly logs: LogStore;
  readonly lines: readonly KeptLine[];
  /** What upkeep is told of applications; none at first. */
  readonly retentions: AppRetention[];
  /** Whose deletion was to be finished. */
  readonly finished: readonly AppId[];
  /** What upkeep takes, over `logs` or over a store around it. */
  deps(around?: Partial<LogStore>): UpkeepDeps;
  /** Commits batches together: one L0 row a bucket. */
  commit(entries: readonly Entry[], app?: AppId): Promise<void>;
  /** More than a day later, when the store no longer recognises the batches at the door. */
  commitAgain(entries: readonly Entry[]): Promise<void>;
}

/** What upkeep takes where there is no application. */
export const NO_ACCOUNTS: Pick<UpkeepDeps, "retentions" | "tidyAccounts"> = {
  retentions: {
    ids: async function* () {},
    of: async () => undefined,
    finishDeletion: async () => undefined,
  },
  tidyAccounts: async () => undefined,
};

/** @param opening a folder's second opening must not use a name again: count them. */
export async function upkeepWorld(
  folder = ":memory:",
  opening = 0,
  clock = new FakeClock(START_MS),
): Promise<UpkeepWorld> {
  const store = await openSqliteStore({ folder, clock });
  const logger = keepingLogger();
  const retentions: AppRetention[] = [];
  const finished: AppId[] = [];
  let count = 0;
  const next = (): string => (++count).toString(16).padStart(12, "0");
  const space = String(opening).padStart(4, "0");
  return {
    clock,
    logs: store.logs,
    lines: logger.lines,
    retentions,
    finished,
    deps: (around = {}) => ({
      store: { ...store.logs, ...around },
      clock,
      logger,
      newBlobId: () => parseBlobId(`019c0000-${space}-4000-8000-${next()}`),
      newNonce: () => `nonce ${space} ${next()}`,
      retentions: {
        ids: async function* () {
          yield* retentions.map(({ id }) => id);
        },
        of: async (id) => retentions.find((each) => each.id === id),
        finishDeletion: async (id) => void finished.push(id),
      },
      tidyAccounts: async () => undefined,
    }),
    commit: async (entries, app = APP) => {
      const { duplicates } = await store.logs.commit(entryRows(app, entries));
      if (duplicates.length > 0) throw new Error("the store has the batch already");
    },
    commitAgain: async (entries) => {
      await clock.advance(31 * 3_600_000);
      const { duplicates } = await store.logs.commit(entryRows(APP, entries));
      if (duplicates.length > 0) throw new Error("the store still knows the batch");
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** Makes `count` segments of level 0 out of one batch each, numbered from `first`. */
export async function makeSegments(
  world: UpkeepWorld,
  first: number,
  count: number,
): Promise<void> {
  for (let n = first; n < first + count; n++) {
    await world.commit(entriesOf(n));
    if ((await mergeL0(UNIT, world.deps())) !== "merged") throw new Error("nothing was merged");
  }
}

export const idTexts = (entries: readonly Entry[]): string[] =>
  entries.map(({ id }) => entryIdText(id)).toSorted();

/** The ids of all that is visible of a unit, ascending as texts; one that comes twice is there twice. */
export async function visible(logs: LogStore, key = UNIT): Promise<string[]> {
  const unit = await logs.planUnit(key);
  const found: Entry[] = [];
  const taken = new Set<BatchId>();
  for (const { blocks, batches } of await segmentsOf(logs, unit.manifest)) {
    for (const block of blocks) found.push(...entriesIn(block));
    for (const batch of batches) taken.add(batch);
  }
  for (const row of unit.l0.filter(({ epoch }) => epoch > unit.manifest.through)) {
    const bytes = await logs.readL0(row.id);
    if (bytes === undefined) throw new Error("a row is gone");
    const entries = entriesIn(openBlock(bytes, row.meta.parts));
    const own = new Set(row.batches);
    found.push(...entries.filter(({ id }) => own.has(id.batch) && !taken.has(id.batch)));
    for (const batch of row.batches) taken.add(batch);
  }
  return idTexts(found);
}

function entriesIn(block: OpenedBlock): Entry[] {
  return Array.from({ length: block.rows }, (_, row) => block.entry(row));
}

async function segmentsOf(
  logs: LogStore,
  { app, bucket, segments }: Manifest,
): Promise<{ blocks: OpenedBlock[]; batches: readonly BatchId[] }[]> {
  const all = [];
  for (const { id, sizeBytes, parts } of segments) {
    const bytes = await logs.readBlob(app, bucket, id, 0, sizeBytes);
    if (bytes === undefined) throw new Error("a segment's blob is missing");
    const [index, batches] = parts.map(({ offset, length }) =>
      bytes.subarray(offset, offset + length),
    );
    if (index === undefined || batches === undefined) throw new Error("a part is missing");
    all.push({
      blocks: readSegmentIndex(index).blocks.map((meta) => openBlock(bytes, meta.parts)),
      batches: readSegmentBatches(batches),
    });
  }
  return all;
}

/** Counts of a manifest's segments, by looking at every entry in them. */
export async function countSegments(
  logs: LogStore,
  manifest: Manifest,
): Promise<{ rows: number; cells: Record<string, number>; services: Record<string, number> }> {
  const cells: Record<string, number> = {};
  const services: Record<string, number> = {};
  let rows = 0;
  for (const { blocks } of await segmentsOf(logs, manifest))
    for (const { timeNanos, severity, service } of blocks.flatMap(entriesIn)) {
      rows++;
      const cell = `${timeNanos / 60_000_000_000n} ${severity}`;
      cells[cell] = (cells[cell] ?? 0) + 1;
      services[service] = (services[service] ?? 0) + 1;
    }
  return { rows, cells, services };
}

/** The same counts, as the manifest's totals have them. */
export function countsIn({ totals }: Manifest): Awaited<ReturnType<typeof countSegments>> {
  const summary = decodeSummary(totals);
  const cells: Record<string, number> = {};
  for (const [minute, counts] of summary.cells)
    counts.forEach((count, severity) => {
      if (count > 0) cells[`${minute} ${severity}`] = count;
    });
  return { rows: summary.rows, cells, services: Object.fromEntries(summary.services) };
}

/** How many rows each block of a manifest's segments has. */
export async function rowsOfBlocks(logs: LogStore, manifest: Manifest): Promise<number[]> {
  return (await segmentsOf(logs, manifest)).flatMap(({ blocks }) => blocks.map(({ rows }) => rows));
}

/** Every batch that a unit's segments stand for, ascending. */
export async function absorbed(logs: LogStore, key = UNIT): Promise<BatchId[]> {
  const { manifest } = await logs.planUnit(key);
  return (await segmentsOf(logs, manifest)).flatMap(({ batches }) => batches).toSorted();
}
