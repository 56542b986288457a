/**
 * Discrete-event scheduler: one queue of events, one source of chance, an injected clock.
 * Invariant: a run is a pure function of (seed, faults); it reads no clock and does no I/O.
 * A unit is a hundredth of an epoch. A step is one event: a statement taking effect at the store, or its answer
 * or a timer reaching a task.
 */
import { EventQueue } from "./event-queue.ts";
import type { Host } from "./host.ts";
import { Random } from "./random.ts";
import { type Statement, type Task, UNKNOWN, type Wait } from "./task.ts";

/** Chances are per statement or per resumed step; times in units. */
export interface Faults {
  /** Reads without an answer. */
  readonly unknownReads: number;
  /** Plain writes without an answer: applied, late, or never. */
  readonly unknown: number;
  /** The same for LWT. */
  readonly unknownLwt: number;
  /** Share of the unanswered that apply late; of the others, half apply in time. In an outage a third of that. */
  readonly late: number;
  /** How late a late write applies at most. */
  readonly lateUnits: number;
  /** A write that was answered applies once more later. */
  readonly twice: number;
  readonly crash: number;
  readonly pause: number;
  readonly pauseUnits: number;
  /** Store outages a run. */
  readonly outages: number;
}

interface Thread {
  readonly host: Host | undefined;
  readonly life: number;
  readonly task: Task<unknown>;
  readonly done: (value: unknown) => void;
}

const TIMEOUT = 50;
const NOTHING = (): void => {};

export class Scheduler {
  readonly random: Random;
  readonly #faults: Faults;
  readonly #queue = new EventQueue();
  readonly #onCrash: (host: Host) => void;
  readonly #trace: string[] | undefined;
  now = 0;
  steps = 0;
  /** From here on nothing fails any more. */
  quiet = false;
  outageUntil = 0;

  constructor(deps: {
    readonly seed: number;
    readonly faults: Faults;
    /** Told after a crash, to start the process anew some time. */
    readonly onCrash: (host: Host) => void;
    readonly trace?: string[] | undefined;
  }) {
    this.random = new Random(deps.seed);
    this.#faults = deps.faults;
    this.#onCrash = deps.onCrash;
    this.#trace = deps.trace;
  }

  /** Runs events until `time`. */
  run(time: number): void {
    for (;;) {
      const event = this.#queue.pop();
      if (event === undefined) return;
      if (event.at > time) {
        this.#queue.push(event.at, event.run);
        this.now = time;
        return;
      }
      this.now = event.at;
      event.run();
    }
  }

  at(time: number, run: () => void): void {
    this.#queue.push(time, run);
  }

  /** Something arrives at a host: nothing happens if it is down by then; it waits while it is paused. */
  deliver(time: number, host: Host, run: () => void): void {
    this.#queue.push(time, () => {
      if (!host.up) return;
      if (host.pausedUntil > this.now) this.deliver(host.pausedUntil + 1, host, run);
      else run();
    });
  }

  /** @param host none for clients, which never crash. */
  spawn<T>(host: Host | undefined, task: Task<T>, done?: (value: T) => void): void {
    const thread: Thread = {
      host,
      life: host?.life ?? 0,
      task,
      done: (done as ((value: unknown) => void) | undefined) ?? NOTHING,
    };
    this.#queue.push(this.now, () => this.#resume(thread, undefined));
  }

  /** Adds a line to the trace; costs nothing unless a run is traced. */
  say(host: Host | undefined, text: () => string): void {
    if (this.#trace === undefined) return;
    const who = host === undefined ? "client" : `p${host.id}.${host.life}`;
    this.#trace.push(`${this.now.toFixed(1).padStart(8)} ${who.padEnd(6)} ${text()}`);
    if (this.#trace.length > 200) this.#trace.splice(0, 100);
  }

  #resume(thread: Thread, value: unknown): void {
    const { host } = thread;
    if (host !== undefined) {
      if (host.life !== thread.life) return;
      if (host.pausedUntil > this.now) {
        const later = host.pausedUntil + this.random.next() * 5;
        this.#queue.push(later, () => this.#resume(thread, value));
        return;
      }
      if (!this.quiet && this.#strike(host, thread, value)) return;
    }
    this.steps++;
    const next = thread.task.next(value);
    if (next.done === true) thread.done(next.value);
    else this.#wait(thread, next.value);
  }

  /** Crashes or pauses the host just before this step, now and then. @returns whether the step must not run now. */
  #strike(host: Host, thread: Thread, value: unknown): boolean {
    const f = this.#faults;
    const dice = this.random.next();
    if (dice < f.crash) {
      this.say(host, () => "CRASH");
      host.life++;
      host.up = false;
      this.#onCrash(host);
      return true;
    }
    if (dice < f.crash + f.pause) {
      const units = this.random.next() ** 2 * f.pauseUnits;
      const vm = this.random.chance(0.5);
      this.say(
        host,
        () => `PAUSE ${units.toFixed(0)}${vm ? ", its monotonic clock stands still" : ""}`,
      );
      host.pausedUntil = this.now + units;
      if (vm) host.suspended += units;
      this.#queue.push(host.pausedUntil, () => this.#resume(thread, value));
      return true;
    }
    return false;
  }

  #wait(thread: Thread, wait: Wait): void {
    switch (wait.kind) {
      case "sleep":
        this.#queue.push(this.now + wait.units, () => this.#resume(thread, undefined));
        return;
      case "join":
        this.#join(thread, wait.tasks);
        return;
      case "read":
      case "write":
      case "lwt":
        this.#state(thread, wait);
        return;
      default:
        wait satisfies never;
    }
  }

  #join(thread: Thread, tasks: readonly Task<unknown>[]): void {
    const results: unknown[] = [];
    let open = tasks.length;
    for (const [i, task] of tasks.entries()) {
      const done = (value: unknown): void => {
        results[i] = value;
        if (--open === 0) this.#queue.push(this.now, () => this.#resume(thread, results));
      };
      this.#resume({ host: thread.host, life: thread.life, task, done }, undefined);
    }
  }

  /** Sends a statement: chance decides when it applies, how often, and whether the answer comes. */
  #state(thread: Thread, statement: Statement): void {
    const { random } = this;
    const arrives = this.now + latency(random);
    const f = this.#faults;
    const unknown = { read: f.unknownReads, write: f.unknown, lwt: f.unknownLwt }[statement.kind];
    const broken = this.now < this.outageUntil;
    if (!this.quiet && (broken || random.chance(unknown))) {
      const answer = (): void => this.#answer(thread, statement, UNKNOWN);
      this.#queue.push(this.now + TIMEOUT, answer);
      if (statement.kind === "read") return;
      const fate = random.next() * (broken ? 3 : 1);
      if (fate < f.late) this.#apply(arrives + this.#late(), arrives, thread, statement);
      else if (fate < (1 + f.late) / 2) this.#apply(arrives, arrives, thread, statement);
      return;
    }
    this.#queue.push(arrives, () => {
      this.steps++;
      const result = statement.apply(this.now);
      const back = this.now + latency(random);
      this.#queue.push(back, () => this.#answer(thread, statement, result));
    });
    if (statement.kind !== "read" && !this.quiet && random.chance(f.twice)) {
      this.#apply(arrives + this.#late(), arrives, thread, statement);
    }
  }

  /** Half of the late ones come soon after their timeout, where they race the retry. */
  #late(): number {
    const { random } = this;
    return random.chance(0.5) ? random.between(0, 300) : random.between(0, this.#faults.lateUnits);
  }

  #apply(at: number, stamp: number, thread: Thread, statement: Statement): void {
    this.#queue.push(at, () => {
      this.steps++;
      this.say(thread.host, () => `${statement.label}: applied, nobody is told`);
      statement.apply(stamp);
    });
  }

  #answer(thread: Thread, statement: Statement, result: unknown): void {
    this.say(thread.host, () => `${statement.label} -> ${summary(result)}`);
    this.#resume(thread, result);
  }
}

/** A few units, now and then a lot. */
function latency(random: Random): number {
  const r = random.next();
  return r < 0.03 ? 3 + r * 1000 : 1 + r * 5;
}

function summary(value: unknown): string {
  if (value === UNKNOWN) return "NO ANSWER";
  if (value === undefined) return "ok";
  const text = JSON.stringify(value, shorten) ?? "ok";
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

function shorten(key: string, value: unknown): unknown {
  if (key === "pieces" || key === "batches" || key === "merge") return undefined;
  if (value instanceof Set) return [...(value as Set<unknown>)];
  if (value instanceof Map) return [...(value as Map<unknown, unknown>).keys()];
  return value;
}
