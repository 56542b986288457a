/**
 * Which buckets an application has, and what was fixed when each was made: the number of its shards, and when it is hidden.
 * Invariant: a bucket's row is there before anything in it is acknowledged, and never changes while it lives; whoever makes
 * it first decides.
 */
import type { Clock } from "../../domain/clock.ts";
import { conflict, overloaded } from "../../domain/fault.ts";
import type { AppId } from "../../domain/ids.ts";
import { type Bucket, bucketStartMs, HOUR_MS } from "../../domain/time-range.ts";
import { CLOCK_ERROR_MS } from "../shared-store.ts";
import type { ClockWatch } from "./log-clock.ts";
import { type ChooseShards, MAX_SHARDS } from "./log-shards.ts";
import { intOf, type Row, textOf } from "./row.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const CATALOGUE_STATEMENTS = {
  one: statement(
    "read",
    "read_bucket",
    "SELECT bucket, shards, expires_ms, nonce FROM ks.log_bucket WHERE app = ? AND bucket = ?",
  ),
  range: statement(
    "read",
    "list_buckets",
    "SELECT bucket, shards, expires_ms, nonce FROM ks.log_bucket WHERE app = ? AND bucket >= ? AND bucket <= ?",
  ),
  insert: statement(
    "cas",
    "insert_bucket",
    "INSERT INTO ks.log_bucket (app, bucket, shards, expires_ms, nonce) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS",
  ),
  remove: statement(
    "cas",
    "delete_bucket",
    "DELETE FROM ks.log_bucket WHERE app = ? AND bucket = ? IF nonce = ?",
  ),
} as const;

export interface CataloguedBucket {
  readonly bucket: Bucket;
  /** 1 to `MAX_SHARDS`. */
  readonly shards: number;
  /** Wall time, ms since 1970, from which readers hide it; 0: never. */
  readonly expiresMs: number;
  readonly nonce: string;
}

export interface Catalogue {
  /** The bucket's row, made when there is none; one that would be hidden from the start is not made. */
  ensure(app: AppId, bucket: Bucket): Promise<CataloguedBucket>;
  /** The bucket's row, never made: merges must not bring back what was deleted. */
  find(app: AppId, bucket: Bucket): Promise<CataloguedBucket | undefined>;
  /** Buckets first..last, ascending, hidden ones included. */
  range(app: AppId, first: number, last: number): Promise<readonly CataloguedBucket[]>;
  remove(app: AppId, bucket: CataloguedBucket): Promise<void>;
  /** Whether readers here do not show it any more. */
  isHidden(bucket: CataloguedBucket): boolean;
  /** Whether no reader anywhere shows it any more, as long as all clocks are within `CLOCK_ERROR_MS`. */
  isOver(bucket: CataloguedBucket): boolean;
}

export interface CatalogueDeps {
  readonly session: Session;
  readonly clock: Clock;
  readonly clockWatch: ClockWatch;
  readonly newNonce: () => string;
  /** How long an application's entries are kept, beyond the end of their bucket; undefined: for ever. */
  readonly retentionMs: (app: AppId) => Promise<number | undefined>;
  readonly chooseShards: ChooseShards;
}

/** 100 bytes each; a backfill of years stays below. */
const MAX_CACHED = 50_000;

export function createCatalogue(deps: CatalogueDeps): Catalogue {
  const { session, clock, clockWatch, newNonce, retentionMs, chooseShards } = deps;
  const cached = new Map<string, CataloguedBucket>();

  const make = async (app: AppId, bucket: Bucket): Promise<CataloguedBucket> => {
    const keptMs = await retentionMs(app);
    const expiresMs = keptMs === undefined ? 0 : bucketStartMs(bucket) + HOUR_MS + keptMs;
    const nonce = newNonce();
    if (isHidden({ expiresMs })) return { bucket, shards: 1, expiresMs, nonce };
    // What is written lives from now on: in an hour to come it would end before the hour is hidden.
    await clockWatch.requireBegun(bucket);
    const shards = await chooseShards(app, bucket);
    const values = [app, bucket, shards, BigInt(expiresMs), nonce];
    const answer = await session.compareAndSet(CATALOGUE_STATEMENTS.insert, values);
    const row = answer.applied ? undefined : answer.row;
    if (!answer.applied && row === undefined)
      throw overloaded(`${session.where}: a bucket's row does not stay; try again`);
    const made = row === undefined ? { bucket, shards, expiresMs, nonce } : bucketOf(row);
    keep(app, made);
    return made;
  };

  const isHidden = ({ expiresMs }: Pick<CataloguedBucket, "expiresMs">): boolean =>
    expiresMs !== 0 && clock.nowMs() >= expiresMs;

  const keep = (app: AppId, row: CataloguedBucket): void => {
    const [oldest] = cached.keys();
    if (cached.size >= MAX_CACHED && oldest !== undefined) cached.delete(oldest);
    cached.set(`${app}/${row.bucket}`, row);
  };

  const find = async (app: AppId, bucket: Bucket): Promise<CataloguedBucket | undefined> => {
    const known = cached.get(`${app}/${bucket}`);
    if (known !== undefined) return known;
    const [row] = await session.read(CATALOGUE_STATEMENTS.one, [app, bucket]);
    if (row === undefined) return undefined;
    const found = bucketOf(row);
    keep(app, found);
    return found;
  };

  return {
    find,
    ensure: async (app, bucket) => (await find(app, bucket)) ?? make(app, bucket),
    range: async (app, first, last) =>
      (await session.read(CATALOGUE_STATEMENTS.range, [app, first, last])).map(bucketOf),
    remove: async (app, { bucket, nonce }) => {
      cached.delete(`${app}/${bucket}`);
      // Not applied: another process removed it, or it was made anew by a late commit and comes up again.
      await session.compareAndSet(CATALOGUE_STATEMENTS.remove, [app, bucket, nonce]);
    },
    isHidden,
    isOver: ({ expiresMs }) => expiresMs !== 0 && clock.nowMs() >= expiresMs + 2 * CLOCK_ERROR_MS,
  };
}

function bucketOf(row: Row): CataloguedBucket {
  const shards = intOf(row, "shards");
  if (!(shards >= 1 && shards <= MAX_SHARDS))
    throw conflict(
      `a bucket has ${shards} shards, this program knows up to ${MAX_SHARDS}: start the newer program`,
    );
  return {
    bucket: intOf(row, "bucket") as Bucket,
    shards,
    expiresMs: intOf(row, "expires_ms"),
    nonce: textOf(row, "nonce"),
  };
}
