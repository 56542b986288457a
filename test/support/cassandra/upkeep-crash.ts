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

import { type AppId, type BlobId, parseAppId, parseBlobId } from "../../../src/domain/ids.ts";
import type { Bucket } from "../../../src/domain/time-range.ts";
import type { CassandraOptions } from "../../../src/storage/cassandra/connect.ts";
import type { CassandraStore } from "../../../src/storage/cassandra/open-store.ts";
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
import { BUCKET, entriesOf, START_MS } from "../upkeep-world.ts";
import { type LogWorld, logWorld } from "./log-world.ts";
import { type CrashScene, lookOf, OLD_BUCKET, orphansOf } from "./upkeep-looks.ts";
import { type UpkeepTask, upkeepDeps } from "./upkeep-one-task.ts";
import type { UpkeepVictim } from "./upkeep-process.ts";

const SCRIPT = fileURLToPath(new URL("./upkeep-process.ts", import.meta.url));
/** Long enough for a busy machine to renew in time, mostly; what is right does not depend on it. */
export const CRASH_LEASE_MS = 2_000;
const OLD_MS = START_MS - 48 * 3_600_000;
/** With the one that a merge of rows makes there are enough to merge a level. */
const SEGMENTS = 7;
/** A batch that comes while nobody merges. */
const MORE = 10;

export interface CrashCase {
  readonly task: UpkeepTask;
  readonly signal: UpkeepVictim["signal"];
  readonly before?: { readonly statement: string; readonly nth: number };
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
  await using victim = await workedVictim({ ...of, options, locks, app, leaseMs: CRASH_LEASE_MS });
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

/** @returns one that was stopped, or has done all. A busy node may refuse its connection: then another one is started. */
async function workedVictim(of: UpkeepVictim): Promise<Victim> {
  for (let tries = 1; ; tries++) {
    const victim = startVictim(of);
    const hasWorked = (): boolean => victim.said.includes("stops") || victim.said.includes("idle");
    const hasEnded = (): boolean => victim.child.exitCode !== null;
    await until("the victim stops, or has done all", () => hasWorked() || hasEnded(), 60_000);
    if (hasWorked()) return victim;
    if (tries === 3) throw new Error(`the victim ended with ${victim.child.exitCode}`);
  }
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
