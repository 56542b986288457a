/**
 * Runs contenders for one lock, all from one seed; see ../model.ts for how such a model is read.
 * Invariants: those of `lock-row.ts` and `lease-watch.ts`, and L5: when nothing fails any more, somebody gets the
 * lock and works.
 */
import { ModelFailure } from "../check/failure.ts";
import { type Faults, Scheduler } from "../sim/scheduler.ts";
import { type Contender, contend, LEASE, type LeaseWorld } from "./contender.ts";
import type { LeaseRule } from "./lease-rules.ts";
import { LeaseWatch } from "./lease-watch.ts";
import { LockTable } from "./lock-row.ts";

export const LEASE_FAULTS: Faults = {
  unknownReads: 0.1,
  unknown: 0,
  unknownLwt: 0.25,
  late: 0.4,
  lateUnits: 1500,
  twice: 0.05,
  crash: 0.004,
  pause: 0.01,
  pauseUnits: 1500,
  outages: 0,
};

export interface LeaseRun {
  readonly seed: number;
  readonly off?: readonly LeaseRule[];
  readonly contenders?: number;
  readonly faults?: Faults;
  readonly busyUnits?: number;
}

export interface LeaseReport {
  readonly steps: number;
  /** Changes of owner, effects that were applied, and those that came too late for their fence. */
  readonly fences: number;
  readonly effects: number;
  readonly refused: number;
  readonly failure: string | undefined;
}

/** Runs one seed. A failing one is run again to record its last steps. */
export function runLease(run: LeaseRun): LeaseReport {
  const report = attemptRun(run, undefined);
  if (report.failure === undefined) return report;
  const trace: string[] = [];
  attemptRun(run, trace);
  const off = run.off === undefined ? "" : `, without ${run.off.join(" and ")}`;
  const failure = `seed ${run.seed}${off}: ${report.failure}\n${trace.slice(-40).join("\n")}`;
  return { ...report, failure };
}

function attemptRun(run: LeaseRun, trace: string[] | undefined): LeaseReport {
  const { w, contenders } = newLeaseWorld(run, trace);
  let failure: string | undefined;
  try {
    play(w, contenders, run.busyUnits ?? 12_000);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    failure = error.message;
  }
  const { effects, refused, owned } = w.table;
  return { steps: w.sim.steps, fences: owned.size, effects, refused, failure };
}

function play(w: LeaseWorld, contenders: readonly Contender[], busyUnits: number): void {
  for (const p of contenders) startContender(w, p);
  w.sim.run(busyUnits);
  w.sim.quiet = true;
  for (const p of contenders) if (!p.up) startContender(w, p);
  const before = w.table.effects;
  // A late takeover, a lease nobody knows of, a takeover by waiting, and some work.
  w.sim.run(busyUnits + 1500 + 4 * LEASE);
  if (w.table.effects === before) throw new ModelFailure("L5", "nobody gets the lock");
}

export function startContender(w: LeaseWorld, p: Contender): void {
  p.up = true;
  p.lease = undefined;
  w.sim.spawn(p, contend(w, p));
}

export function newLeaseWorld(
  run: LeaseRun,
  trace: string[] | undefined,
): { readonly w: LeaseWorld; readonly contenders: Contender[] } {
  const off = new Set(run.off);
  const contenders: Contender[] = [];
  const sim: Scheduler = new Scheduler({
    seed: run.seed,
    faults: run.faults ?? LEASE_FAULTS,
    onCrash: (host) => {
      const p = contenders[host.id];
      if (p === undefined) return;
      p.lease = undefined;
      sim.at(sim.now + sim.random.between(10, 2 * LEASE), () => {
        if (!p.up) startContender(w, p);
      });
    },
    trace,
  });
  for (let id = 0; id < (run.contenders ?? 4); id++) contenders.push(newContender(sim, id));
  const w: LeaseWorld = {
    sim,
    table: new LockTable(),
    watch: new LeaseWatch({ contenders, now: () => sim.now }),
    on: (rule) => !off.has(rule),
  };
  return { w, contenders };
}

function newContender(sim: Scheduler, id: number): Contender {
  const rate = sim.random.between(0.96, 1.04);
  const skew = sim.random.between(-1, 1) * LEASE;
  return { id, life: 0, up: false, pausedUntil: 0, suspended: 0, rate, skew, lease: undefined };
}
