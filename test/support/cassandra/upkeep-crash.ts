/**
 * Upkeep that is killed, or stopped past its lease, before any statement of its work, and another process that takes over.
 * Invariants: what stood in the store is there once, before, after, and when the stopped one goes on; that one changes
 * nothing more; nothing is left that no manifest names but the blobs of one merge that was killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Entry } from "../../../src/domain/entry.ts";
import { type AppId, type BlobId, parseAppId, parseBlobId } from "../../../src/domain/ids.ts";
import type { Bucket } from "../../../src/domain/time-range.ts";
import type { CassandraOptions } from "../../../src/storage/cassandra/connect.ts";
import type { CassandraStore } from "../../../src/storage/cassandra/open-store.ts";
import { statement } from "../../../src/storage/cassandra/statement.ts";
import { createLeases } from "../../../src/storage/lease.ts";
import type { LogStore, Manifest, UnitKey } from "../../../src/storage/log-store.ts";
import { openSqliteStore } from "../../../src/storage/sqlite/open-store.ts";
import { mergeL0 } from "../../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../../src/upkeep/merge-levels.ts";
import { createSeats } from "../../../src/upkeep/seats.ts";
import { runUpkeep } from "../../../src/upkeep/upkeep.ts";
import { createLogSamples } from "../../contract/log-samples.ts";
import { mergeDeps } from "../../contract/real-merges.ts";
import { FakeClock } from "../fake-clock.ts";
import { entryRows } from "../stored-entries.ts";
import { until } from "../until.ts";
import {
  BUCKET,
  countSegments,
  countsIn,
  entriesOf,
  idTexts,
  START_MS,
  visible,
} from "../upkeep-world.ts";
import { type LogWorld, logWorld } from "./log-world.ts";
import { type UpkeepTask, upkeepDeps } from "./upkeep-one-task.ts";
import type { UpkeepVictim } from "./upkeep-process.ts";

const SCRIPT = fileURLToPath(new URL("./upkeep-process.ts", import.meta.url));
/** Long enough for a busy machine to renew in time, mostly; what is right does not depend on it. */
export const CRASH_LEASE_MS = 2_000;
const OLD_BUCKET = (BUCKET - 48) as Bucket;
const OLD_MS = START_MS - 48 * 3_600_000;
/** With the one that a merge of rows makes there are enough to merge a level. */
const SEGMENTS = 7;
const FAN_IN = 8;
/** A batch that comes while nobody merges. */
const MORE = 10;

export interface CrashCase {
  readonly task: UpkeepTask;
  readonly signal: UpkeepVictim["signal"];
  readonly before?: { readonly statement: string; readonly nth: number };
}

/** An application, and what is to be seen of it for ever. */
export interface CrashScene {
  readonly app: AppId;
  readonly live: readonly Entry[];
  /** To be deleted: what a merge replaced, and what fell below the floor. */
  readonly garbage: readonly { readonly bucket: Bucket; readonly id: BlobId }[];
}

export interface CrashReport {
  /** Statements of the victim's work, until it was stopped. */
  readonly steps: readonly { readonly statement: string; readonly nth: number }[];
  /** Whether it came to the statement before which it was to be stopped. */
  readonly wasStopped: boolean;
  /** From when the other one was there until it began the work; undefined where nobody was stopped. */
  readonly takeoverMs: number | undefined;
  readonly faults: readonly string[];
}

export interface CrashWorld {
  /** Makes a scene for each task, all together: epochs are closed once for all of them. */
  prepare(tasks: readonly UpkeepTask[]): Promise<CrashScene[]>;
  /** Starts the victim, lets it come to its end, then another one, and the victim again where it was stopped. */
  crash(of: CrashCase, scene: CrashScene): Promise<CrashReport>;
}

export function crashWorld(store: CassandraStore, options: CassandraOptions): CrashWorld {
  const world = logWorld(store.session);
  const logs = world.store();
  /** Epochs are closed by a clock that only we move: nobody commits meanwhile. */
  let turn = Promise.resolve();
  const commitMore = (scene: CrashScene): Promise<void> => {
    turn = turn.then(async () => {
      await logs.commit(entryRows(scene.app, entriesOf(MORE)));
      await world.closeEpochs();
    });
    return turn;
  };
  return {
    prepare: (tasks) => prepareScenes(tasks, world, logs),
    crash: (of, scene) => crashUpkeep(of, scene, { store, options, logs, commitMore }),
  };
}

async function prepareScenes(
  tasks: readonly UpkeepTask[],
  world: LogWorld,
  logs: LogStore,
): Promise<CrashScene[]> {
  const deps = mergeDeps(logs, createLogSamples(crypto.getRandomValues(new Uint16Array(1))[0]));
  const apps = await Promise.all(tasks.map(() => appOfFirstSeat()));
  const units = (app: AppId): UnitKey[] =>
    [BUCKET, OLD_BUCKET].map((bucket) => ({ app, bucket, shard: 0 }));
  for (let n = 1; n <= SEGMENTS; n++) {
    for (const app of apps) {
      const old = n > 1 ? [] : entryRows(app, entriesOf(100, 3, OLD_MS));
      await logs.commit([...entryRows(app, entriesOf(n)), ...old]);
    }
    await world.closeEpochs();
    for (const unit of apps.flatMap((app) => units(app).slice(0, n > 1 ? 1 : 2)))
      await mergeL0(unit, deps);
  }
  const scenes: CrashScene[] = [];
  for (const [i, task] of tasks.entries()) {
    const app = apps[i];
    if (app === undefined) continue;
    const live = Array.from({ length: SEGMENTS }, (_, n) => entriesOf(n + 1)).flat();
    const garbage: { bucket: Bucket; id: BlobId }[] = [];
    const note = async (bucket: Bucket, of: (manifest: Manifest) => readonly BlobId[]) => {
      const { manifest } = await logs.planUnit({ app, bucket, shard: 0 });
      garbage.push(...of(manifest).map((id) => ({ bucket, id })));
    };
    if (task === "merge") {
      for (const n of [8, 9]) {
        await logs.commit(entryRows(app, entriesOf(n)));
        live.push(...entriesOf(n));
      }
    } else if (task === "garbage") {
      await mergeLevels({ app, bucket: BUCKET, shard: 0 }, deps, SEGMENTS);
      await note(BUCKET, ({ trash }) => trash);
      await note(OLD_BUCKET, ({ segments }) => segments.map(({ id }) => id));
      await logs.raiseFloor(app, (BUCKET - 1) as Bucket);
    }
    scenes.push({ app, live: task === "retention" ? [] : live, garbage });
  }
  await world.closeEpochs();
  return scenes;
}

/** An application whose unit is the first process's when there are two, so that the second one has to take it over. */
async function appOfFirstSeat(): Promise<AppId> {
  const clock = new FakeClock();
  await using store = await openSqliteStore({ folder: ":memory:", clock });
  const of = { locks: store.locks, clock, leaseMs: 1_000, host: "tests", newNonce: randomUUID };
  const [first, second] = ["a", "b"].map((owner) => createSeats(createLeases({ ...of, owner })));
  for (const seats of [first, second, first]) await seats?.look();
  for (;;) {
    const app = parseAppId(randomUUID());
    if (first?.seat?.isMine({ app, bucket: BUCKET, shard: 0 })) return app;
  }
}

interface Rig {
  readonly store: CassandraStore;
  readonly options: CassandraOptions;
  readonly logs: LogStore;
  readonly commitMore: (scene: CrashScene) => Promise<void>;
}

async function crashUpkeep(
  of: CrashCase,
  prepared: CrashScene,
  { store, options, logs, commitMore }: Rig,
): Promise<CrashReport> {
  let scene = prepared;
  const locks = randomUUID();
  const { app } = scene;
  const faults: string[] = [];
  await using victim = startVictim({ ...of, options, locks, app, leaseMs: CRASH_LEASE_MS });
  await until(
    "the victim stops, or has done all",
    () => victim.said.includes("stops") || victim.said.includes("idle"),
    60_000,
  );
  const wasStopped = victim.said.includes("stops");
  if (wasStopped && of.task === "merge") {
    // So that there is something to do for the other one, wherever the first one was.
    await commitMore(scene);
    scene = { ...scene, live: [...scene.live, ...entriesOf(MORE)] };
  }

  let startedMs: number | undefined;
  const written: string[] = [];
  const stop = new AbortController();
  const deps = await upkeepDeps({
    ...of,
    store,
    locks,
    app,
    leaseMs: CRASH_LEASE_MS,
    owner: "heir",
    onWork: (isWorking) => {
      if (isWorking) startedMs ??= performance.now();
    },
    onBlob: (id) => written.push(id),
  });
  // It watches from here on: what a dead one did before, nobody saw.
  const watchingMs = performance.now();
  const running = runUpkeep(deps, stop.signal);
  const look = lookOf(of.task, scene, logs, store);
  try {
    if (wasStopped) await until("the other one takes over", () => startedMs !== undefined, 60_000);
    await until(`${of.task} is done`, () => look.isDone(), 60_000).catch(async (error: unknown) => {
      const said = deps.logger.lines.map((line) => `${line.message} ${String(line.error)}`);
      throw new Error(`${await look.state()}; ${said.join("; ")}`, { cause: error });
    });
    const before = await look.state();
    if (wasStopped && of.signal === "SIGSTOP") {
      const saidBefore = victim.said.length;
      victim.child.kill("SIGCONT");
      await until(
        "the stopped one has nothing more to do",
        () => victim.said.slice(saidBefore).includes("idle"),
        60_000,
      );
    }
    const after = await look.state();
    if (after !== before) faults.push(`it was ${before}, the old owner made it ${after}`);
  } finally {
    stop.abort(new Error("the case is over"));
    await running;
  }
  faults.push(...(await look.faults()));
  if (of.task === "merge") {
    const ids = [
      ...victim.said.flatMap((line) => line.match(/^wrote (\S+)$/)?.[1] ?? []),
      ...written,
    ];
    const orphans = await orphansOf(
      ids.map((id) => parseBlobId(id)),
      scene,
      logs,
    );
    // A merge writes one segment here, and who is killed deletes nothing.
    const allowed = wasStopped && of.signal === "SIGKILL" ? 1 : 0;
    if (orphans > allowed) faults.push(`${orphans} blobs that no manifest names`);
  }
  return {
    steps: victim.said.flatMap((line) => {
      const [, name, nth] = line.match(/^step (\S+) (\d+)$/) ?? [];
      return name === undefined ? [] : [{ statement: name, nth: Number(nth) }];
    }),
    wasStopped,
    takeoverMs: wasStopped && startedMs !== undefined ? startedMs - watchingMs : undefined,
    faults,
  };
}

interface Victim extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly said: readonly string[];
}

function startVictim(of: UpkeepVictim): Victim {
  const args = [SCRIPT, JSON.stringify(of)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const said: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
  return {
    child,
    said,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

interface Look {
  /** Whether the task has nothing left to do. */
  isDone(): Promise<boolean>;
  /** What the old owner may not change any more. */
  state(): Promise<string>;
  faults(): Promise<string[]>;
}

function lookOf(task: UpkeepTask, scene: CrashScene, logs: LogStore, store: CassandraStore): Look {
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
      if (scene.garbage.length !== SEGMENTS + 1) faults.push("there was too little garbage");
      return faults;
    },
  };
}

async function orphansOf(
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
