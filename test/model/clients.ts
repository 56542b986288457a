/**
 * Clients: they send batches, and send them again until they are answered.
 * Invariant: a retry has the same id and the same body; it may go to any process, after any delay.
 */
import { receive } from "./ingest/receive.ts";
import type { Request } from "./ingest/request.ts";
import { type Batch, type Entry, ID_SCALE } from "./nouns.ts";
import { sleep, type Task } from "./sim/task.ts";
import { about, type World } from "./world.ts";

const TAGS = 4;

export function* clients(w: World): Task {
  // Four clients; half of them have clocks that are off by up to 30 epochs.
  const skews = [0, 0, 1, 1].map((far) => far * w.sim.random.between(-3000, 3000));
  for (let n = 0; w.sim.now < w.shape.busyUnits; n++) {
    yield* sleep(about(w, w.shape.batchEvery));
    w.sim.spawn(undefined, send(w, newBatch(w, n, w.sim.random.pick(skews))));
  }
}

/** @param n makes the id unique among those of the same time */
function newBatch(w: World, n: number, skew: number): Batch {
  const { random, now, steps } = w.sim;
  const time = Math.max(0, Math.floor(now + skew + random.between(-20, 20)));
  const entries: Entry[] = [];
  for (let i = random.below(3); i >= 0; i--) entries.push(newEntry(w));
  return {
    id: time * ID_SCALE + (n % ID_SCALE),
    entries,
    sentAt: steps,
    seen: 0,
    seenBy: 0,
    fragments: new Map(),
  };
}

/** Most are of just now; some are old, some to come, some have no time. */
function newEntry(w: World): Entry {
  const { random, now } = w.sim;
  const tag = random.below(TAGS);
  const dice = random.next();
  if (dice < 0.2) return { time: undefined, tag };
  if (dice < 0.3) return { time: now + random.between(0, 500), tag };
  const age = dice < 0.45 ? random.between(0, w.shape.bucketUnits * 2) : random.between(0, 40);
  return { time: Math.max(0, now - age), tag };
}

function* send(w: World, batch: Batch): Task {
  const { random } = w.sim;
  for (let tries = 0; tries < 12 && w.sim.now < w.shape.busyUnits; tries++) {
    const request: Request = { batch, answer: undefined, partly: false };
    deliver(w, request);
    if (random.chance(0.02)) deliver(w, { ...request });
    yield* sleep(random.between(40, 260));
    const heard = random.chance(0.93) ? request.answer : undefined;
    if (heard === "acknowledged" && !request.partly && !random.chance(w.shape.resend)) return;
    if (heard === "refused" && !random.chance(0.3)) return;
    yield* sleep(random.chance(0.2) ? random.between(100, 3000) : random.between(5, 150));
  }
}

function deliver(w: World, request: Request): void {
  const process = w.sim.random.pick(w.processes);
  const arrives = w.sim.now + w.sim.random.between(1, 15);
  w.sim.deliver(arrives, process, () => receive(w, process, request));
}
