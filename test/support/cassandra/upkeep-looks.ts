/**
 * What is to be seen of an application while its upkeep is cut short, and when it is done.
 * Invariant: it is read by a store that takes no part in the work.
 */
import type { Entry } from "../../../src/domain/entry.ts";
import type { AppId, BlobId } from "../../../src/domain/ids.ts";
import type { Bucket } from "../../../src/domain/time-range.ts";
import type { CassandraStore } from "../../../src/storage/cassandra/open-store.ts";
import { statement } from "../../../src/storage/cassandra/statement.ts";
import type { LogStore } from "../../../src/storage/log-store.ts";
import { BUCKET, countSegments, countsIn, idTexts, visible } from "../upkeep-world.ts";
import type { UpkeepTask } from "./upkeep-one-task.ts";

/** It falls below the floor. */
export const OLD_BUCKET = (BUCKET - 48) as Bucket;
/** Segments of one level that are merged. */
export const FAN_IN = 8;

/** An application, and what is to be seen of it for ever. */
export interface CrashScene {
  readonly app: AppId;
  readonly live: readonly Entry[];
  /** To be deleted: what a merge replaced, and what fell below the floor. */
  readonly garbage: readonly { readonly bucket: Bucket; readonly id: BlobId }[];
}

export interface Look {
  /** Whether the task has nothing left to do. */
  isDone(): Promise<boolean>;
  /** What the old owner may not change any more. */
  state(): Promise<string>;
  faults(): Promise<string[]>;
}

export function lookOf(
  task: UpkeepTask,
  scene: CrashScene,
  logs: LogStore,
  store: CassandraStore,
): Look {
  const { app } = scene;
  const unit = { app, bucket: BUCKET, shard: 0 };
  const ask = (cql: string, ...values: (string | number)[]) =>
    store.session.read(statement("read", cql, cql), values);
  const manifestText = async (): Promise<string> => {
    const { manifest } = await logs.planUnit(unit);
    const { version, nonce, segments } = manifest;
    return `version ${version} ${nonce}, ${segments.length} segments`;
  };
  const entriesFaults = async (): Promise<string[]> => {
    const { manifest } = await logs.planUnit(unit);
    const [seen, want] = [await visible(logs, unit), idTexts(scene.live)];
    const counted = JSON.stringify(countsIn(manifest));
    const faults: string[] = [];
    if (JSON.stringify(seen) !== JSON.stringify(want))
      faults.push(`${seen.length} entries are visible, ${want.length} were stored`);
    if (JSON.stringify(await countSegments(logs, manifest)) !== counted)
      faults.push("the totals of the manifest are not those of its segments");
    return faults;
  };
  if (task === "retention") {
    const floor = async () => {
      const [row] = await ask("SELECT floor, version FROM ks.log_app WHERE app = ?", app);
      return row === undefined ? "none" : `${row.get("floor")}, version ${row.get("version")}`;
    };
    return {
      isDone: async () => (await logs.floor(app)) > BUCKET,
      state: floor,
      faults: async () => {
        const rows = (await logs.usage(app)).rows;
        return rows === 0 ? [] : [`${rows} entries are there below the floor`];
      },
    };
  }
  if (task === "merge")
    return {
      isDone: async () => {
        const { manifest, l0 } = await logs.planUnit(unit);
        return l0.length === 0 && manifest.segments.length < FAN_IN;
      },
      state: manifestText,
      faults: entriesFaults,
    };
  return {
    isDone: async () => {
      const left = await Promise.all([
        ask("SELECT chunk FROM ks.log_tail WHERE app = ? AND chunk >= 0", app),
        ask("SELECT bucket FROM ks.log_bucket WHERE app = ? AND bucket = ?", app, OLD_BUCKET),
        ask(
          "SELECT version FROM ks.log_manifest WHERE app = ? AND bucket = ? AND shard = 0",
          app,
          OLD_BUCKET,
        ),
      ]);
      const { manifest } = await logs.planUnit(unit);
      return left.every((rows) => rows.length === 0) && manifest.trash.length === 0;
    },
    state: manifestText,
    faults: async () => {
      const faults = await entriesFaults();
      for (const { bucket, id } of scene.garbage)
        if ((await logs.readBlob(app, bucket, id, 0, 1)) !== undefined)
          faults.push(`blob ${id} is still there`);
      if (scene.garbage.length !== FAN_IN) faults.push("there was too little garbage");
      return faults;
    },
  };
}

/** Of these blobs, those that are there and no manifest names. */
export async function orphansOf(
  ids: readonly BlobId[],
  { app }: CrashScene,
  logs: LogStore,
): Promise<number> {
  const { manifest } = await logs.planUnit({ app, bucket: BUCKET, shard: 0 });
  const named = new Set([...manifest.segments.map(({ id }) => id), ...manifest.trash]);
  let orphans = 0;
  for (const id of ids)
    if (!named.has(id) && (await logs.readBlob(app, BUCKET, id, 0, 1)) !== undefined) orphans++;
  return orphans;
}
