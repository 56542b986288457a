/**
 * One fault, at one statement, in an otherwise calm world of two contenders: every point can be tried in turn.
 * Invariant: up to that statement all runs of a seed are the same.
 */
import { ModelFailure } from "../check/failure.ts";
import type { Scheduler } from "../sim/scheduler.ts";
import { type Task, UNKNOWN, type Wait } from "../sim/task.ts";
import { type Contender, contend, LEASE } from "./contender.ts";
import type { LeaseRule } from "./lease-rules.ts";
import { LEASE_FAULTS, newLeaseWorld, startContender } from "./lease-model.ts";

export const FAULTS_AT_A_POINT = [
  "crash before it is sent",
  "crash before its answer",
  "no answer, it applies",
  "no answer, it never applies",
  "no answer, it applies after the retries",
  "no answer, it applies after a takeover",
  "applies twice",
  "pause before its answer",
  "pause before it is sent",
  "suspended before its answer",
] as const;

export type FaultAtAPoint = (typeof FAULTS_AT_A_POINT)[number];

export interface PointReport {
  /** Statements the first contender made. */
  readonly statements: number;
  readonly failure: string | undefined;
  /** From the crash until the other one owns the lock, units; undefined if it never does. */
  readonly takeover: number | undefined;
}

const HORIZON = 12 * LEASE;

/** @param point.at number of the statement, from 0; -1: none */
export function runPoint(point: {
  readonly seed: number;
  readonly at: number;
  readonly fault: FaultAtAPoint;
  readonly off?: readonly LeaseRule[];
}): PointReport {
  const calm = { ...LEASE_FAULTS, unknownReads: 0, unknownLwt: 0, twice: 0, crash: 0, pause: 0 };
  const off = point.off ?? [];
  const { w, contenders } = newLeaseWorld(
    { seed: point.seed, off, contenders: 2, faults: calm },
    undefined,
  );
  const [first, second] = contenders;
  if (first === undefined || second === undefined) throw new RangeError("two contenders");
  const made = { statements: 0, hitAt: 0 };
  first.up = true;
  w.sim.spawn(first, disturbed(w.sim, first, contend(w, first), point, made));
  w.sim.at(LEASE / 2, () => startContender(w, second));
  let takeover: number | undefined;
  let failure: string | undefined;
  try {
    while (w.sim.now < HORIZON) {
      w.sim.run(w.sim.now + 1);
      const crashed = !first.up && made.hitAt > 0;
      if (crashed && takeover === undefined && w.table.row?.owner === second.id + 1) {
        takeover = w.sim.now - made.hitAt;
      }
    }
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    failure = error.message;
  }
  return { statements: made.statements, failure, takeover };
}

/** Passes a task's waits on, until the statement that is to go wrong. */
function* disturbed(
  sim: Scheduler,
  host: Contender,
  task: Task,
  point: { readonly at: number; readonly fault: FaultAtAPoint },
  made: { statements: number; hitAt: number },
): Task {
  let value: unknown;
  for (;;) {
    const next = task.next(value);
    if (next.done === true) return;
    const wait = next.value;
    const statement = wait.kind === "lwt" || wait.kind === "read" || wait.kind === "write";
    if (!statement || made.statements++ !== point.at) {
      value = yield wait;
      continue;
    }
    made.hitAt = sim.now;
    value = yield* goWrong(sim, host, wait, point.fault);
    if (!host.up) return;
  }
}

function* goWrong(
  sim: Scheduler,
  host: Contender,
  wait: Extract<Wait, { label: string }>,
  fault: FaultAtAPoint,
): Generator<Wait, unknown, unknown> {
  const later = (units: number): void => {
    sim.at(sim.now + units, () => wait.apply(sim.now));
  };
  const pause = (clockRuns: boolean): void => {
    host.pausedUntil = sim.now + 3 * LEASE;
    if (!clockRuns) host.suspended += 3 * LEASE;
  };
  const timeout: Wait = { kind: "sleep", units: 50 };
  switch (fault) {
    case "crash before it is sent":
      crash(host);
      return undefined;
    case "crash before its answer":
      later(3);
      crash(host);
      return undefined;
    case "no answer, it applies":
      later(3);
      yield timeout;
      return UNKNOWN;
    case "no answer, it never applies":
      yield timeout;
      return UNKNOWN;
    case "no answer, it applies after the retries":
      later(80);
      yield timeout;
      return UNKNOWN;
    case "no answer, it applies after a takeover":
      later(2.5 * LEASE);
      yield timeout;
      return UNKNOWN;
    case "applies twice":
      later(LEASE / 2);
      return yield wait;
    case "pause before its answer": {
      sim.at(sim.now + 0.5, () => pause(true));
      return yield wait;
    }
    case "suspended before its answer":
      sim.at(sim.now + 0.5, () => pause(false));
      return yield wait;
    case "pause before it is sent":
      pause(true);
      yield { kind: "sleep", units: 1 };
      return yield wait;
    default:
      return fault satisfies never;
  }
}

function crash(host: Contender): void {
  host.life++;
  host.up = false;
  host.lease = undefined;
}
