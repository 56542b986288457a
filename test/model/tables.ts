/**
 * The store: every table of the protocol, each row a linearizable register.
 * Invariant: methods are the effects of single statements, run at the moment a statement applies; plain writes are
 * last-write-wins by their server-side stamp and lose to a tombstone for `gcGrace`; LWT look at the row as it is then.
 */
import { DAY } from "./shape.ts";
import type { L0Row, Manifest, Segment, Unit } from "./nouns.ts";

export interface EpochRow {
  readonly epoch: number;
  readonly closed: number;
  readonly version: number;
  readonly nonce: number;
}

export interface AppRow {
  readonly floor: number;
  readonly version: number;
  readonly nonce: number;
}

/** Fixed by a bucket's first writer. */
export interface BucketRow {
  readonly shards: number;
  /** Readers hide the bucket from then on. */
  readonly expires: number;
}

/** `row`: what was there instead. */
export type CasResult<R> =
  | { readonly applied: true }
  | { readonly applied: false; readonly row: R };

/** Told of changes, to check them. */
export interface Watch {
  manifestChanged(unit: Unit, before: Manifest | undefined, after: Manifest | undefined): void;
  blobDeleted(id: number): void;
  epochChanged(before: EpochRow, after: EpochRow): void;
  floorChanged(before: AppRow, after: AppRow): void;
  lowWritten(low: number, epochs: EpochRow): void;
}

/** An L0 blob holds nothing the model needs but that it exists. */
export type Blob = Segment | "l0";

interface Stamped<T> {
  readonly value: T;
  readonly stamp: number;
  readonly expires: number;
}

interface Chunk {
  readonly rows: Map<string, Stamped<L0Row>>;
  deletedAt: number;
}

export class Tables {
  epochs: EpochRow = { epoch: 1, closed: 0, version: 1, nonce: 0 };
  app: AppRow = { floor: 0, version: 1, nonce: 0 };
  readonly catalogue = new Map<number, BucketRow>();
  /** Blobs that were put after their delete's tombstone was purged: oracle, the one leak that is nobody's fault. */
  readonly revived = new Set<number>();
  /** Manifests that ended by their TTL before a late INSERT made the row anew: oracle. */
  readonly ended: Manifest[] = [];
  readonly #now: () => number;
  readonly #gcGrace: number;
  readonly #blindCas: boolean;
  readonly #watch: Watch;
  readonly #manifests = new Map<Unit, Manifest>();
  readonly #blobs = new Map<number, { readonly blob: Blob; readonly expires: number }>();
  readonly #blobDeletes = new Map<number, number>();
  readonly #chunks = new Map<number, Chunk>();
  readonly #tail = new Map<number, number>();
  readonly #tailDeletes = new Map<number, number>();
  #low = { low: 1, stamp: 0 };

  /** @param deps.blindCas rule casVersion is off. */
  constructor(deps: { now: () => number; gcGrace: number; blindCas: boolean; watch: Watch }) {
    this.#now = deps.now;
    this.#gcGrace = deps.gcGrace;
    this.#blindCas = deps.blindCas;
    this.#watch = deps.watch;
  }

  casEpochs(seen: EpochRow, next: EpochRow): CasResult<EpochRow> {
    const row = this.epochs;
    if (row.version !== seen.version || row.nonce !== seen.nonce) return { applied: false, row };
    this.#watch.epochChanged(row, next);
    this.epochs = next;
    return { applied: true };
  }

  casApp(seen: AppRow, next: AppRow): CasResult<AppRow> {
    const row = this.app;
    if (row.version !== seen.version || row.nonce !== seen.nonce) return { applied: false, row };
    this.#watch.floorChanged(row, next);
    this.app = next;
    return { applied: true };
  }

  /** INSERT log_bucket IF NOT EXISTS. @returns the row that stands now. */
  insertBucket(bucket: number, row: BucketRow): BucketRow {
    const found = this.catalogue.get(bucket) ?? row;
    this.catalogue.set(bucket, found);
    return found;
  }

  deleteBucket(bucket: number): void {
    this.catalogue.delete(bucket);
  }

  /** @param seen none: IF NOT EXISTS. @param next none: DELETE. */
  casManifest(
    unit: Unit,
    seen: Manifest | undefined,
    next: Manifest | undefined,
  ): CasResult<Manifest | undefined> {
    const row = this.manifest(unit);
    const same = row?.version === seen?.version && row?.nonce === seen?.nonce;
    if (!same && !this.#blindCas) return { applied: false, row };
    const raw = this.#manifests.get(unit);
    if (row === undefined && raw !== undefined) this.ended.push(raw);
    if (next === undefined) this.#manifests.delete(unit);
    else this.#manifests.set(unit, next);
    this.#watch.manifestChanged(unit, row, next);
    return { applied: true };
  }

  /** Every statement sets all columns, so the row ends as a whole. */
  manifest(unit: Unit): Manifest | undefined {
    const row = this.#manifests.get(unit);
    return row !== undefined && this.#now() < row.expires + 2 * DAY ? row : undefined;
  }

  /** Oracle: every manifest that was not deleted, also those that have ended by their TTL. */
  manifests(): ReadonlyMap<Unit, Manifest> {
    return this.#manifests;
  }

  writeLow(low: number, stamp: number): void {
    if (stamp < this.#low.stamp) return;
    this.#low = { low, stamp };
    this.#watch.lowWritten(low, this.epochs);
  }

  writeTailChunk(chunk: number, stamp: number): void {
    if (this.#shadowed(this.#tailDeletes.get(chunk), stamp)) return;
    this.#tail.set(chunk, stamp);
  }

  deleteTailChunk(chunk: number, stamp: number): void {
    this.#tailDeletes.set(chunk, stamp);
    if ((this.#tail.get(chunk) ?? 0) <= stamp) this.#tail.delete(chunk);
  }

  readTail(): { readonly low: number; readonly chunks: readonly number[] } {
    return { low: this.#low.low, chunks: [...this.#tail.keys()] };
  }

  writeL0(chunk: number, row: L0Row, stamp: number, ttl: number): void {
    const partition = this.#chunk(chunk);
    if (this.#shadowed(partition.deletedAt, stamp)) return;
    const expires = stamp + ttl;
    partition.rows.set(`${row.epoch}/${row.writer}/${row.seq}`, { value: row, stamp, expires });
  }

  /** Rows from an epoch on, up to another. */
  readL0(chunk: number, from: number, to: number): L0Row[] {
    const found: L0Row[] = [];
    for (const { value, expires } of this.#chunks.get(chunk)?.rows.values() ?? []) {
      if (value.epoch >= from && value.epoch <= to && expires > this.#now()) found.push(value);
    }
    return found;
  }

  deleteChunk(chunk: number, stamp: number): void {
    const partition = this.#chunk(chunk);
    partition.deletedAt = stamp;
    for (const [key, row] of partition.rows) if (row.stamp <= stamp) partition.rows.delete(key);
  }

  /** @param expires the bucket's; the blob stays a day longer */
  putBlob(id: number, blob: Blob, stamp: number, expires: number): void {
    const deletedAt = this.#blobDeletes.get(id);
    if (this.#shadowed(deletedAt, stamp)) return;
    if (deletedAt !== undefined && stamp <= deletedAt) this.revived.add(id);
    this.#blobs.set(id, { blob, expires: expires + DAY });
  }

  getBlob(id: number): Blob | undefined {
    const found = this.#blobs.get(id);
    return found !== undefined && this.#now() < found.expires ? found.blob : undefined;
  }

  deleteBlob(id: number, stamp: number): void {
    this.#blobDeletes.set(id, stamp);
    this.#blobs.delete(id);
    this.#watch.blobDeleted(id);
  }

  /** Oracle: every merged blob that was not deleted, also those that have ended by their TTL. */
  segments(): Segment[] {
    const blobs = [...this.#blobs.values()].map(({ blob }) => blob);
    return blobs.filter((blob) => blob !== "l0");
  }

  #chunk(chunk: number): Chunk {
    const found = this.#chunks.get(chunk) ?? { rows: new Map(), deletedAt: -1 };
    this.#chunks.set(chunk, found);
    return found;
  }

  /** A delete hides what was written before it, until compaction purges its tombstone. */
  #shadowed(deletedAt: number | undefined, stamp: number): boolean {
    if (deletedAt === undefined || stamp > deletedAt) return false;
    return this.#now() < deletedAt + this.#gcGrace;
  }
}
