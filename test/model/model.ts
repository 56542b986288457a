/**
 * A simulation of the store protocol: several processes on one Cassandra-like store, with everything that can go
 * wrong drawn from a seed.
 *
 * How to read it: `nouns.ts` and `tables.ts` are the state; `ingest/`, `merge/`, `clean/`, `delete/` and `query/` are
 * the operations, one section of the protocol each, as generators that yield at every statement; `sim/` interleaves
 * them and breaks them (unknown outcomes, late and double writes, pauses, stopped clocks, crashes, outages); `check/`
 * watches. `rules.ts` names the rules; `w.on("rule")` is where one is obeyed; `cases.ts` has the weather each needs.
 *
 * Rules that the protocol's table lacks are marked in `rules.ts`: this model found them. Not modelled: a row that one
 * replica has and a read has not met (a late write stands for it), several applications, paged lists of batches (the
 * ranges that spare reading them are), per-writer cursors of the tail, the end of an application, `log_dirty`.
 *
 * To replay a seed: `runModel({ seed, shape })`, or `npm run torture -- --model-seed N` with
 * `--model-traffic NAME` (of `cases.ts`) and `--model-off RULE`. A failure carries its last steps; a run is a pure
 * function of its arguments.
 */
import { ModelFailure } from "./check/failure.ts";
import { Ledger } from "./check/ledger.ts";
import { ManifestWatch } from "./check/manifests.ts";
import { checkQuiet } from "./check/quiet.ts";
import { clients } from "./clients.ts";
import { chunkCleaner } from "./clean/chunks.ts";
import { closer } from "./clean/closer.ts";
import { collector } from "./clean/collector.ts";
import { retention } from "./clean/retention.ts";
import { deleter } from "./delete/delete-by-query.ts";
import { forget, tick } from "./ingest/receive.ts";
import { refreshEpoch } from "./ingest/trust.ts";
import { l0Merger } from "./merge/l0-merge.ts";
import { levelMerger } from "./merge/level-merge.ts";
import { pager, reader } from "./query/readers.ts";
import { tailer } from "./query/tail.ts";
import { readApp } from "./read.ts";
import type { Rule } from "./rules.ts";
import { BASELINE, GC_GRACE, type Shape } from "./shape.ts";
import { Scheduler } from "./sim/scheduler.ts";
import { sleep, type Task, UNKNOWN } from "./sim/task.ts";
import { Tables } from "./tables.ts";
import { about, newMemory, type Process, type World } from "./world.ts";

export interface ModelRun {
  readonly seed: number;
  readonly shape?: Shape;
  readonly off?: readonly Rule[];
}

export interface ModelReport {
  readonly seed: number;
  readonly steps: number;
  readonly counts: Ledger["counts"];
  /** What broke, with the last steps before it. */
  readonly failure: string | undefined;
}

/** Runs one seed to its end or its first failure. A failing seed is run again to record its trace. */
export function runModel(run: ModelRun): ModelReport {
  const report = attempt(run, undefined);
  if (report.failure === undefined) return report;
  const trace: string[] = [];
  attempt(run, trace);
  const off = run.off === undefined ? "" : `, without ${run.off.join(" and ")}`;
  const failure = `seed ${run.seed}${off}, step ${report.steps}: ${report.failure}\n${trace.slice(-40).join("\n")}`;
  return { ...report, failure };
}

function attempt(run: ModelRun, trace: string[] | undefined): ModelReport {
  const shape = run.shape ?? BASELINE;
  const w = newWorld(run, shape, trace);
  let failure: string | undefined;
  try {
    play(w);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    failure = error.message;
  }
  return { seed: run.seed, steps: w.sim.steps, counts: w.ledger.counts, failure };
}

function play(w: World): void {
  const { sim, shape } = w;
  const { random } = sim;
  planDeletions(w);
  for (const p of w.processes) start(w, p);
  sim.spawn(undefined, clients(w));
  for (let i = 0; i < shape.faults.outages; i++) {
    sim.at(random.between(0, shape.busyUnits), () => {
      sim.outageUntil = sim.now + random.between(50, 400);
    });
  }
  if (shape.shards > 1) {
    sim.at(random.between(0.2, 0.6) * shape.busyUnits, () => (w.shards = shape.shards));
  }
  sim.at(random.between(0.2, 0.8) * shape.busyUnits, () => {
    w.retention *= random.pick(shape.retentionFactors);
  });
  sim.run(shape.busyUnits);
  sim.quiet = true;
  for (const p of w.processes) revive(w, p);
  sim.run(shape.busyUnits + shape.quietUnits - 3500);
  w.mergersRest = true;
  sim.run(shape.busyUnits + shape.quietUnits - 1500);
  w.closersRest = true;
  sim.run(shape.busyUnits + shape.quietUnits);
  checkQuiet(w);
}

/** Deletes to come; each starts at some time of the busy part. */
function planDeletions(w: World): void {
  const { random } = w.sim;
  for (let i = 0; i < w.shape.deletes; i++) {
    w.sim.at(random.between(0.1, 0.95) * w.shape.busyUnits, () => {
      const to = Math.floor(w.sim.now / w.shape.bucketUnits) - random.below(2);
      const from = to - random.below(3);
      const job = {
        id: i,
        tag: random.below(4),
        from,
        to,
        startedAt: w.sim.steps,
        startedTime: w.sim.now,
        endedAt: Infinity,
      };
      w.ledger.deletions.push(job);
    });
  }
}

function start(w: World, p: Process): void {
  p.up = true;
  p.memory = newMemory(w);
  p.skew = w.sim.random.between(-1, 1) * w.shape.clockError;
  const work = [refresher, tick, closer, l0Merger, levelMerger, chunkCleaner, collector, retention];
  for (const task of [...work, deleter, reader, pager, tailer]) w.sim.spawn(p, task(w, p));
}

function revive(w: World, p: Process): void {
  if (!p.up) start(w, p);
  p.pausedUntil = Math.min(p.pausedUntil, w.sim.now);
}

function* refresher(w: World, p: Process): Task {
  for (let i = 0; ; i++) {
    yield* sleep(about(w, 50));
    yield* refreshEpoch(w, p);
    if (i % 4 !== 0) continue;
    const app = yield* readApp(w);
    if (app !== UNKNOWN) p.memory.floor = app.floor;
    forget(p, w.sim.now);
  }
}

function newWorld(run: ModelRun, shape: Shape, trace: string[] | undefined): World {
  const off = new Set<Rule>(run.off);
  const sim: Scheduler = new Scheduler({
    seed: run.seed,
    faults: shape.faults,
    onCrash: (host) => {
      const p = w.processes.find(({ id }) => id === host.id);
      if (p === undefined) return;
      sim.at(sim.now + sim.random.between(20, 500), () => {
        if (!p.up) start(w, p);
      });
    },
    trace,
  });
  const watch: ManifestWatch = new ManifestWatch({
    lives: (bucket) => w.lives(bucket),
    blobExists: (id) => tables.getBlob(id) !== undefined,
  });
  const tables = new Tables({
    now: () => sim.now,
    gcGrace: GC_GRACE,
    blindCas: off.has("casVersion"),
    watch,
  });
  const expires = (bucket: number): number => tables.catalogue.get(bucket)?.expires ?? Infinity;
  const w: World = {
    sim,
    tables,
    watch,
    ledger: new Ledger({
      expires: (bucket) => expires(bucket),
      now: () => sim.now,
      clockError: shape.clockError,
    }),
    shape,
    on: (rule) => !off.has(rule),
    lives: (bucket) => bucket >= tables.app.floor && sim.now < expires(bucket),
    processes: [],
    shards: shape.shards > 1 ? 1 : shape.shards,
    retention: shape.retention,
    mergersRest: false,
    closersRest: false,
  };
  for (let id = 0; id < shape.processes; id++) {
    w.processes.push({
      id,
      life: 0,
      up: false,
      pausedUntil: 0,
      suspended: 0,
      rate: sim.random.between(0.96, 1.04),
      skew: 0,
      memory: newMemory(w),
    });
  }
  return w;
}
