/**
 * What a backend gives the log store's suite, and the suite's own few words.
 */
import type { AppId } from "../../src/domain/ids.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import type { L0Row, LogStore } from "../../src/storage/log-store.ts";
import { HOUR } from "./log-samples.ts";

export interface LogStoreUnderTest extends AsyncDisposable {
  readonly logs: LogStore;
  /** Ends the process and starts it again on the same store; undefined when the store ends with it. */
  readonly reopen: (() => Promise<LogStore>) | undefined;
  /** Moves the store's clock on, wall and monotonic. */
  advance(ms: number): Promise<void>;
  /** Closes every epoch that has rows, as time would. */
  closeEpochs(): Promise<void>;
}

export interface LogStoreBackend {
  readonly name: string;
  /** Whether a commit names batches it knows; otherwise readers take each fragment once. */
  readonly namesDuplicates: boolean;
  /** Share of a law's runs that is made; for a backend whose every call crosses a network. All of them unless said. */
  readonly effort?: number;
  open(): Promise<LogStoreUnderTest>;
}

/** Longer than any grace of a backend. */
export const GRACE_MS = 3_600_000;
export const LARGE = 70_000;

export function runsOf(runs: number, { effort = 1 }: LogStoreBackend): number {
  return Math.ceil(runs * effort);
}

/** @returns how far apart those of many places are that are tried. */
export function strideOf({ effort = 1 }: LogStoreBackend): number {
  return Math.round(1 / effort);
}

export function hour(offset: number): Bucket {
  return (HOUR + offset) as Bucket;
}

export function unitKey(
  app: AppId,
  bucket: Bucket = HOUR,
): { app: AppId; bucket: Bucket; shard: number } {
  return { app, bucket, shard: 0 };
}

export function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} instead of one`);
  return item;
}

export async function l0Of(
  logs: LogStore,
  app: AppId,
  bucket: Bucket = HOUR,
): Promise<readonly L0Row[]> {
  return (await logs.planUnit(unitKey(app, bucket))).l0;
}
