/**
 * A store on a disk that can lose its power, with a memory of what was acknowledged.
 * Invariant: `moments` holds the state of disk and database at every point between two operations, together with
 * what a caller had been promised by then; `problemsAfter` says what a restart from there would break. The database
 * counts as atomic and durable a transaction: only files are lost. Rules can be left out one at a time, so that
 * the checker is known to see each of them.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import type { AppId, BatchId, BlobId } from "../../src/domain/ids.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import type { L0Row, Unit } from "../../src/storage/log-store.ts";
import { backUp, DATABASE_FILE, namedFiles } from "../../src/storage/sqlite/backup.ts";
import { blobPath } from "../../src/storage/sqlite/blob-files.ts";
import { openWriter } from "../../src/storage/sqlite/database.ts";
import type { FileLayer } from "../../src/storage/sqlite/file-layer.ts";
import { createUnlinkHold } from "../../src/storage/sqlite/garbage.ts";
import { openStoreOn, type SqliteStore } from "../../src/storage/sqlite/store-on.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FaultyFiles } from "../support/faulty-files.ts";
import { createLogSamples, type LogSamples, nextManifest, segmentOf } from "./log-samples.ts";

export const RULES = [
  "fsyncFile",
  "fsyncDir",
  "fsyncParent",
  "fileBeforeTx",
  "unlinkAfterTx",
  "sweepByDb",
  "uniqueNames",
  "dbFirstBackup",
  "holdUnlink",
] as const;
export type Rule = (typeof RULES)[number];

export const ROOT = "/data";
export const COPY = "/copy";
/** A file of its own, not a row. */
const BLOB_BYTES = 65_536;
const GRACE_MS = 60_000;

/** What was promised by some moment. */
interface Promises {
  /** Acknowledged batches and their bucket. */
  readonly batches: ReadonlyMap<BatchId, Bucket>;
  /** Acknowledged before the backup began; undefined unless it is done. */
  readonly backup: ReadonlyMap<BatchId, Bucket> | undefined;
}

export interface Moment {
  readonly disk: FaultyFiles;
  readonly image: Uint8Array;
  readonly promises: Promises;
}

/** What every blob ever written holds; ids are random, so that it holds for all moments at once. */
type Blobs = Map<BlobId, { readonly bytes: Uint8Array; readonly batches: readonly BatchId[] }>;

export class CrashWorld implements AsyncDisposable {
  readonly moments: Moment[] = [];
  readonly clock = new FakeClock();
  readonly disk: FaultyFiles;
  readonly app: AppId;
  readonly blobs: Blobs;
  readonly samples: LogSamples;
  readonly #db: DatabaseSync;
  readonly #off: Rule | undefined;
  #store: SqliteStore | undefined;
  #batches: Map<BatchId, Bucket>;
  #backup: Promises["backup"];

  private constructor(
    from: CrashWorld | undefined,
    moment: Moment | undefined,
    off: Rule | undefined,
  ) {
    this.#off = off;
    this.samples = from?.samples ?? createLogSamples();
    this.app = from?.app ?? this.samples.app();
    this.blobs = from?.blobs ?? new Map();
    this.disk = moment?.disk.clone() ?? new FaultyFiles();
    this.#batches = new Map(moment?.promises.batches);
    this.#backup = moment?.promises.backup;
    this.#db = openWriter(":memory:");
    if (moment !== undefined) this.#db.deserialize(moment.image);
  }

  static async start(off?: Rule): Promise<CrashWorld> {
    const world = new CrashWorld(undefined, undefined, off);
    await world.disk.mkdir(ROOT);
    await world.disk.fsyncDir("/");
    await world.#open();
    return world;
  }

  /** Starts the process again on what a moment left. */
  async restartFrom(moment: Moment): Promise<CrashWorld> {
    const world = new CrashWorld(this, moment, this.#off);
    await world.#open();
    return world;
  }

  get logs(): SqliteStore["logs"] {
    if (this.#store === undefined) throw new Error("not open");
    return this.#store.logs;
  }

  async #open(): Promise<void> {
    this.disk.onPoint = () => this.note();
    this.note();
    this.#store = await openStoreOn({
      db: this.#db,
      files: without(this.disk, this.#off),
      root: ROOT,
      clock: this.clock,
      where: ROOT,
      graceMs: GRACE_MS,
      copyDatabase: (path) => this.#copyDatabase(path),
    });
    this.note();
  }

  /** Keeps this moment. */
  note(): void {
    const image = this.#db.serialize();
    const last = this.moments.at(-1);
    const isNew =
      last === undefined ||
      !last.disk.equals(this.disk) ||
      last.promises.backup !== this.#backup ||
      last.promises.batches.size !== this.#batches.size ||
      !Buffer.from(image.buffer).equals(last.image);
    if (!isNew) return;
    this.moments.push({
      disk: this.disk.clone(),
      image,
      promises: { batches: new Map(this.#batches), backup: this.#backup },
    });
  }

  async #copyDatabase(path: string): ReturnType<Parameters<typeof backUp>[0]["copyDatabase"]> {
    const named = namedFiles(this.#db);
    await this.disk.write(path, this.#db.serialize());
    return named;
  }

  async commit(bucket: Bucket): Promise<void> {
    const batch = this.samples.batch();
    await this.logs.commit([this.samples.write(this.app, bucket, [batch])]);
    this.#batches.set(batch, bucket);
    this.note();
  }

  async plan(bucket: Bucket): Promise<{ unit: Unit; closed: number }> {
    const closed = await this.logs.closedEpoch();
    return { unit: await this.logs.planUnit({ app: this.app, bucket, shard: 0 }), closed };
  }

  /** Writes what a merge of the unit's rows would; the name follows from the rows when names need not be unique. */
  async writeSegment(unit: Unit, level = 0): Promise<BlobId | undefined> {
    const id = this.#name(unit);
    const { segments } = unit.manifest;
    const batches =
      level === 0
        ? unit.l0.flatMap((row) => row.batches)
        : segments.flatMap((segment) => this.blobs.get(segment.id)?.batches ?? []);
    const bytes = this.blobs.get(id)?.bytes ?? this.samples.bytes(BLOB_BYTES);
    this.blobs.set(id, { bytes, batches });
    if (this.#off === "fileBeforeTx") return id;
    try {
      await this.logs.writeBlob(this.app, unit.manifest.bucket, id, bytes);
    } catch {
      // Failed before any compare-and-set: its own blob is garbage.
      await this.logs.deleteBlob(this.app, unit.manifest.bucket, id);
      return undefined;
    }
    return id;
  }

  #name(unit: Unit): BlobId {
    if (this.#off !== "uniqueNames") return this.samples.blob();
    const epoch = Math.max(0, ...unit.l0.map((row: L0Row) => row.epoch));
    return `0193ffff-0000-7000-8000-${epoch.toString(16).padStart(12, "0")}` as BlobId;
  }

  /** The compare-and-set of an L0 merge; a lost one deletes its own blob. */
  async publish(
    { unit, closed }: { unit: Unit; closed: number },
    id: BlobId | undefined,
  ): Promise<void> {
    if (id === undefined) return;
    const next = nextManifest(unit, {
      nonce: this.samples.nonce(),
      through: closed,
      segments: [...unit.manifest.segments, segmentOf(id, unit.l0, BLOB_BYTES)],
    });
    await this.#compareAndSet(unit, next, id);
  }

  async merge(bucket: Bucket): Promise<void> {
    const plan = await this.plan(bucket);
    if (plan.unit.l0.length === 0) return;
    await this.publish(plan, await this.writeSegment(plan.unit));
  }

  /** Joins all segments of a bucket; the inputs become trash. */
  async levelMerge(bucket: Bucket): Promise<void> {
    const { unit } = await this.plan(bucket);
    const { segments, trash } = unit.manifest;
    const [first] = segments;
    if (first === undefined || segments.length < 2) return;
    const id = await this.writeSegment(unit, 1);
    if (id === undefined) return;
    if (this.#off === "unlinkAfterTx")
      for (const segment of segments) await this.logs.deleteBlob(this.app, bucket, segment.id);
    const next = nextManifest(unit, {
      nonce: this.samples.nonce(),
      segments: [{ ...first, id, level: 1, rows: segments.reduce((sum, s) => sum + s.rows, 0) }],
      trash: [...trash, ...segments.map((segment) => segment.id)],
    });
    await this.#compareAndSet(unit, next, id);
  }

  async #compareAndSet(unit: Unit, next: Unit["manifest"], id: BlobId): Promise<void> {
    const { bucket } = unit.manifest;
    const held = await this.logs.compareAndSetManifest(unit.manifest, next);
    this.note();
    if (this.#off === "fileBeforeTx" && held)
      await this.logs.writeBlob(
        this.app,
        bucket,
        id,
        this.blobs.get(id)?.bytes ?? new Uint8Array(0),
      );
    if (!held) await this.logs.deleteBlob(this.app, bucket, id);
  }

  async raiseFloor(floor: Bucket): Promise<void> {
    await this.logs.raiseFloor(this.app, floor);
    this.note();
  }

  /** The grace later. */
  async collect(): Promise<void> {
    await this.clock.advance(GRACE_MS);
    // That backup does hold the unlinks; only its order is wrong.
    if (this.#off !== "dbFirstBackup") await this.logs.collectGarbage();
    this.note();
  }

  async backup(): Promise<void> {
    const promised = new Map(this.#batches);
    await this.#runBackup();
    this.#backup = promised;
    this.note();
  }

  async #runBackup(): Promise<void> {
    const deps = { files: this.disk, root: ROOT, hold: createUnlinkHold() };
    if (this.#off === "holdUnlink") {
      await backUp({ ...deps, copyDatabase: (path) => this.#copyDatabase(path) }, COPY);
    } else if (this.#off === "dbFirstBackup") {
      const early = namedFiles(this.#db);
      const copyDatabase = async (path: string): Promise<typeof early> => {
        for (const { app, bucket, id } of early)
          await this.disk.fsync(join(ROOT, blobPath(app, bucket, id)));
        await this.#copyDatabase(path);
        return early;
      };
      await backUp({ ...deps, copyDatabase }, COPY);
    } else {
      await this.#store?.backup(COPY);
    }
  }

  /** Opens what is left after a crash, as the store of `root`, and says what is wrong with it. */
  async problemsAfter(moment: Moment): Promise<string[]> {
    await using world = await this.restartFrom(moment);
    const problems = await problemsOf(world.logs, world, moment.promises.batches);
    const named = new Set(blobNames(world.#db).map((path) => join(ROOT, path)));
    for (const path of world.disk.paths(ROOT))
      if (!named.has(path)) problems.push(`orphan ${path}`);
    problems.push(...(await this.#problemsOfCopy(moment)));
    return problems;
  }

  async #problemsOfCopy(moment: Moment): Promise<string[]> {
    const { disk, promises } = moment;
    const image = await disk.readRange(join(COPY, DATABASE_FILE), 0, Number.MAX_SAFE_INTEGER);
    if (image === undefined) return promises.backup === undefined ? [] : ["the backup is gone"];
    const db = new DatabaseSync(":memory:");
    try {
      db.deserialize(image);
    } catch (error) {
      db.close();
      return [`the backup does not open: ${String(error)}`];
    }
    await using copy = await openStoreOn({
      db,
      files: disk.clone(),
      root: COPY,
      clock: this.clock,
      where: COPY,
      copyDatabase: () => Promise.reject(new Error("not here")),
    });
    const problems = await problemsOf(copy.logs, this, promises.backup ?? new Map());
    return problems.map((problem) => `backup: ${problem}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disk.onPoint = undefined;
    await this.#store?.[Symbol.asyncDispose]();
  }
}

/** Everything visible once, nothing promised missing, every named blob whole. */
async function problemsOf(
  logs: SqliteStore["logs"],
  world: CrashWorld,
  promised: ReadonlyMap<BatchId, Bucket>,
): Promise<string[]> {
  const problems: string[] = [];
  const seen = new Map<BatchId, number>();
  const { app, blobs } = world;
  const floor = await logs.floor(app);
  for (const { manifest, l0 } of await logs.plan(app, 0 as Bucket, 1e9 as Bucket)) {
    for (const { id } of manifest.segments) {
      const want = blobs.get(id);
      const got = await logs
        .readBlob(app, manifest.bucket, id, 0, BLOB_BYTES)
        .catch(() => "torn" as const);
      if (got === undefined) problems.push(`missing ${id}`);
      else if (got === "torn" || want === undefined || !Buffer.from(got).equals(want.bytes))
        problems.push(`torn ${id}`);
      for (const batch of want?.batches ?? []) seen.set(batch, (seen.get(batch) ?? 0) + 1);
    }
    for (const row of l0)
      for (const batch of row.batches) seen.set(batch, (seen.get(batch) ?? 0) + 1);
  }
  for (const [batch, count] of seen) if (count > 1) problems.push(`duplicate ${batch}`);
  for (const [batch, bucket] of promised)
    if (bucket >= floor && !seen.has(batch)) problems.push(`lost ${batch}`);
  return problems;
}

function blobNames(db: DatabaseSync): string[] {
  return db
    .prepare("SELECT hex(app) AS app, bucket, hex(id) AS id FROM manifest_blob")
    .all()
    .map((row) =>
      blobPath(
        dashed(String(row["app"])) as AppId,
        Number(row["bucket"]) as Bucket,
        dashed(String(row["id"])) as BlobId,
      ),
    );
}

function dashed(hex: string): string {
  return hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The file layer as a store would use it that did not know one of the rules. */
function without(files: FaultyFiles, off: Rule | undefined): FileLayer {
  const isBlob = (path: string): boolean => path.split("/").length === 6;
  const isDay = (path: string): boolean => path.split("/").length === 5;
  const nothing = async (): Promise<void> => undefined;
  return {
    mkdir: (path) => files.mkdir(path),
    rmdir: (path) => files.rmdir(path),
    write: (path, bytes) => files.write(path, bytes),
    fsync: (path) => (off === "fsyncFile" && isBlob(path) ? nothing() : files.fsync(path)),
    fsyncDir: (path) =>
      off === (isDay(path) ? "fsyncDir" : "fsyncParent") ? nothing() : files.fsyncDir(path),
    rename: (from, to) => files.rename(from, to),
    unlink: (path) => files.unlink(path),
    readRange: (path, offset, length) => files.readRange(path, offset, length),
    list: async (path) => (off === "sweepByDb" ? [] : files.list(path)),
    link: (from, to) => files.link(from, to),
    freeSpace: () => files.freeSpace(),
  };
}
