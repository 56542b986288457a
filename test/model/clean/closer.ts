/**
 * Section 4, the closer: advances the epoch and closes old ones. Any number at once.
 * Invariant: an epoch is closed only when every writer that trusts it, by its own clock, has stopped doing so.
 */
import { lwt, read, sleep, type Task, UNKNOWN } from "../sim/task.ts";
import { CLOSE_WAIT } from "../shape.ts";
import { about, freshId, monotonicOf, type Process, type World } from "../world.ts";

export function* closer(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, w.shape.epochUnits / 2));
    if (!w.closersRest) yield* round(w, p);
  }
}

function* round(w: World, p: Process): Task {
  const row = yield* read("closer reads epoch", () => w.tables.epochs);
  if (row === UNKNOWN) return;
  const now = monotonicOf(w, p);
  const seen = p.memory.epochSeen;
  for (let k = Math.max(1, row.closed); k <= row.epoch; k++) if (!seen.has(k)) seen.set(k, now);
  const moves = now - (seen.get(row.epoch) ?? now) >= w.shape.epochUnits;
  let closed = row.closed;
  const wait = w.on("closeWait") ? CLOSE_WAIT : 0;
  while (closed + 1 < row.epoch && now - (seen.get(closed + 2) ?? now) >= wait) closed++;
  if (!moves && closed === row.closed) return;
  for (const k of seen.keys()) if (k < row.closed) seen.delete(k);
  const epoch = row.epoch + (moves ? 1 : 0);
  const next = { epoch, closed, version: row.version + 1, nonce: freshId(w) };
  yield* lwt("cas epoch", () => w.tables.casEpochs(row, next));
}
