/**
 * The lease machine: free -> held -> (renewed)* -> released, or lost.
 *
 * A contender polls the row. None, or a free one: it takes it by compare-and-set. A taken one: it notes (fence, hb)
 * and its own monotonic time; when that pair has stood still for the lease and a tenth, it takes the row over. The
 * holder trusts its lease until the start of the attempt that got it + lease - margin, renews it each third, and
 * looks at its clock before each effect; each effect carries the fence all the same.
 * An unknown outcome: the identical statement again. Applied, or refused by a row with my nonce: mine.
 * Invariant: no two contenders whose clocks ran trust their lease at the same moment; effects arrive by fence.
 */
import type { Host } from "../sim/host.ts";
import { monotonic, wall } from "../sim/host.ts";
import type { Scheduler } from "../sim/scheduler.ts";
import { lwt, read, sleep, type Task, type Unknown, UNKNOWN } from "../sim/task.ts";
import type { LeaseRule } from "./lease-rules.ts";
import type { Condition, LockResult, LockRow, LockTable } from "./lock-row.ts";
import type { LeaseWatch } from "./lease-watch.ts";

/** Units, as everywhere in the model. */
export const LEASE = 300;
const MARGIN = 0.15;
const POLL = LEASE / 3;
const TRIES = 6;

export interface Lease {
  readonly fence: number;
  readonly nonce: number;
  hb: number;
  /** Own monotonic time. */
  trustedUntil: number;
  /** Oracle: units the clock had missed when the attempt began; a clock that stood still proves nothing. */
  missed: number;
}

export interface Contender extends Host {
  lease: Lease | undefined;
}

export interface LeaseWorld {
  readonly sim: Scheduler;
  readonly table: LockTable;
  readonly watch: LeaseWatch;
  readonly on: (rule: LeaseRule) => boolean;
}

export function* contend(w: LeaseWorld, p: Contender): Task {
  let seen: { readonly fence: number; readonly hb: number; readonly at: number } | undefined;
  for (;;) {
    yield* sleep(w.sim.random.between(0.5, 1) * POLL);
    const row = yield* read("read lock", () => w.table.row);
    if (row === UNKNOWN) continue;
    const now = monotonic(p, w.sim.now);
    const still = seen?.fence === row?.fence && (seen?.hb === row?.hb || !w.on("heartbeat"));
    if (row !== undefined && (seen === undefined || !still)) {
      seen = { fence: row.fence, hb: row.hb, at: now };
    }
    const waited = now - (seen?.at ?? now);
    const got = yield* attempt(w, p, row, mayTake(w, p, row, waited));
    if (got !== undefined) yield* hold(w, p, got);
  }
}

function mayTake(w: LeaseWorld, p: Contender, row: LockRow | undefined, waited: number): boolean {
  if (row === undefined || row.owner === 0 || !w.on("watch")) return true;
  if (!w.on("ownClock")) return wall(p, w.sim.now) - row.since > LEASE * 1.1;
  return waited >= (w.on("margins") ? LEASE * 1.1 : LEASE);
}

/** Takes the row as it was read. @returns the lease, if it is known to be mine. */
function* attempt(
  w: LeaseWorld,
  p: Contender,
  row: LockRow | undefined,
  may: boolean,
): Task<Lease | undefined> {
  if (!may) return undefined;
  const { random } = w.sim;
  const missed = p.suspended;
  const began = monotonic(p, w.sim.now);
  const fence = (row?.fence ?? 0) + (w.on("nextFence") || row === undefined ? 1 : 0);
  const nonces: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    if (i === 0 || !w.on("identical")) nonces.push(1 + random.below(2 ** 40));
    const nonce = nonces.at(-1) ?? 0;
    const mine = { fence, hb: 0, owner: p.id + 1, nonce, since: wall(p, w.sim.now) };
    const result: LockResult | Unknown = yield* lwt("take lock", () =>
      row === undefined ? w.table.insert(mine) : w.table.update(takes(w, row), mine),
    );
    if (result === UNKNOWN && w.on("reissue")) continue;
    const own = result === UNKNOWN || result.applied || isMine(w, result.row, fence, nonce);
    const from = w.on("anchorAtStart") ? began : monotonic(p, w.sim.now);
    if (own) return { fence, nonce, hb: 0, trustedUntil: from + trust(w), missed };
    w.watch.lost(nonces, w.table);
    return undefined;
  }
  return undefined;
}

/** The condition of a takeover, or of taking a free row. */
function takes(w: LeaseWorld, row: LockRow): Condition {
  const { fence, hb, owner, nonce } = row;
  const asked = owner === 0 ? { fence, owner } : { fence, hb };
  return w.on("nonceInCondition") ? { ...asked, nonce } : asked;
}

/** A refusal after a try without an answer: was that one mine? Without the nonce there is only the fence to go by. */
function isMine(w: LeaseWorld, row: Condition, fence: number, nonce: number): boolean {
  return w.on("nonceInCondition") || row.nonce !== undefined
    ? row.nonce === nonce
    : row.fence === fence;
}

function trust(w: LeaseWorld): number {
  return w.on("margins") ? LEASE * (1 - MARGIN) : LEASE;
}

function* hold(w: LeaseWorld, p: Contender, lease: Lease): Task {
  const { random } = w.sim;
  p.lease = lease;
  w.sim.say(p, () => `HOLDS fence ${lease.fence}`);
  const until = w.sim.now + random.between(0.2, 6) * LEASE;
  let renewed = monotonic(p, w.sim.now);
  while (w.sim.now < until) {
    if (monotonic(p, w.sim.now) >= lease.trustedUntil && w.on("trustCheck")) break;
    w.watch.acts(p, lease);
    yield* lwt("effect", () => w.table.effect(lease.fence, w.on("fence")));
    yield* sleep(random.between(5, 40));
    if (monotonic(p, w.sim.now) - renewed < LEASE / 3) continue;
    renewed = monotonic(p, w.sim.now);
    if ((yield* renew(w, p, lease)) || !w.on("stopWhenLost")) continue;
    p.lease = undefined;
    return;
  }
  p.lease = undefined;
  yield* release(w, lease);
}

/** @returns whether the lease still is mine; an unknown outcome leaves it as long as it was. */
function* renew(w: LeaseWorld, p: Contender, lease: Lease): Task<boolean> {
  const began = monotonic(p, w.sim.now);
  const missed = p.suspended;
  const { fence, hb } = lease;
  const change = { hb: hb + 1, since: wall(p, w.sim.now) };
  const condition = w.on("fenceInRenewal") ? { fence, hb } : { hb };
  for (let i = 0; i < TRIES; i++) {
    const result = yield* lwt("renew", () => w.table.update(condition, change));
    if (result === UNKNOWN) continue;
    const had = !result.applied && result.row.hb === hb + 1;
    const same = result.applied || result.row.fence === fence || !w.on("fenceInRenewal");
    if (!result.applied && !(had && same) && w.on("stopWhenLost")) return false;
    lease.hb = hb + 1;
    lease.missed = missed;
    const from = w.on("anchorAtStart") ? began : monotonic(p, w.sim.now);
    lease.trustedUntil = from + trust(w);
    return true;
  }
  return true;
}

/** Best effort: a release that fails costs the others one lease of waiting. */
function* release(w: LeaseWorld, lease: Lease): Task {
  const { fence } = lease;
  let { hb } = lease;
  for (let i = 0; i < TRIES; i++) {
    const asked = { hb };
    const condition = w.on("fenceInRenewal") ? { fence, ...asked } : asked;
    const change = { owner: 0, hb: hb + 1 };
    const result = yield* lwt("release", () => w.table.update(condition, change));
    if (result === UNKNOWN) continue;
    if (result.applied || result.row.fence !== fence || result.row.hb === hb + 1) return;
    hb = result.row.hb ?? hb;
  }
}
