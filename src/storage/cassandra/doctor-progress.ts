/**
 * Whether the cluster's work goes on: epochs move, and what was written is merged.
 * Invariant: it reads and never writes. Whether epochs move is seen by watching, as no clocks of two machines are compared.
 */
import type { Clock } from "../../domain/clock.ts";
import { eachAtOnce } from "./at-once.ts";
import { failure, type Finding, inOrder, warning } from "./doctor-finding.ts";
import { CLOSE_WAIT_MS, EPOCH_MS, EPOCH_STATEMENTS } from "./log-epochs.ts";
import { createL0, EPOCHS_A_CHUNK } from "./log-l0.ts";
import { createBlobs } from "./log-blobs.ts";
import { createWorkList } from "./log-work-list.ts";
import { intOf } from "./row.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const PROGRESS_STATEMENTS = {
  oldest: statement(
    "read",
    "oldest_l0",
    "SELECT committed_ms FROM ks.log_l0 WHERE app = ? AND chunk = ? AND epoch >= ? LIMIT 1",
  ),
} as const;

const LOOK_EVERY_MS = 1_000;
/** One epoch, and some seconds in which nobody steps. */
export const WATCH_MS = EPOCH_MS + 5_000;
/** Small rows are merged within half an hour, and merges may stand in a row. */
const OLD_MS = 2 * 3_600_000;
/** L0 rows end by themselves a week after what is kept. */
const TOO_OLD_MS = 5 * 24 * 3_600_000;
const MAX_APPLICATIONS = 2_000;
const AT_ONCE = 16;

interface EpochRow {
  readonly epoch: number;
  readonly closed: number;
}

export interface ProgressDeps {
  readonly session: Session;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** On a keyspace that has its tables. Takes up to `WATCH_MS`. */
export async function progressFindings(deps: ProgressDeps): Promise<Finding[]> {
  const first = await readEpoch(deps.session);
  if (first === undefined)
    return [inOrder("epochs", "none yet: no server has run on this keyspace")];
  return Promise.all([epochs(deps, first), merges(deps, first)]);
}

async function epochs({ session, clock, signal }: ProgressDeps, first: EpochRow): Promise<Finding> {
  const check = "epochs";
  const end = clock.monotonicMs() + WATCH_MS;
  let now = first;
  while (now.epoch === first.epoch && clock.monotonicMs() < end) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    now = (await readEpoch(session)) ?? first;
  }
  if (now.epoch === first.epoch)
    return warning(
      check,
      `the epoch has been ${first.epoch} for ${WATCH_MS / 1000} s`,
      "what is written while no epoch ends is never merged, and queries get slower",
      "is a server running? If one is, look into its log for what it says of epochs",
    );
  const open = now.epoch - now.closed;
  const usual = Math.ceil(CLOSE_WAIT_MS / EPOCH_MS) + 3;
  return open <= usual
    ? inOrder(check, `they move: ${now.epoch} is open`)
    : warning(
        check,
        `${open} epochs are open`,
        "merges wait until an epoch is closed",
        "look again in a minute; if there are more then, look into the servers' logs",
      );
}

async function merges(
  { session, clock }: ProgressDeps,
  { epoch, closed }: EpochRow,
): Promise<Finding> {
  const check = "merges";
  const l0 = createL0(session, createBlobs(session), EPOCHS_A_CHUNK);
  const workList = createWorkList(session);
  await workList.load(l0.chunkOf(closed + 1) - 1, l0.chunkOf(epoch));
  const apps = [...workList.apps.keys()];
  const oldest = await eachAtOnce(apps.slice(0, MAX_APPLICATIONS), AT_ONCE, async (app) => {
    const { low, chunks } = await l0.tail(app, 0);
    for (const chunk of chunks.filter((each) => each >= l0.chunkOf(low))) {
      const place = [app, BigInt(chunk), BigInt(low)];
      const [row] = await session.read(PROGRESS_STATEMENTS.oldest, place);
      if (row !== undefined) return intOf(row, "committed_ms");
    }
    return Infinity;
  });
  const ageMs = clock.nowMs() - oldest.reduce((least, ms) => Math.min(least, ms), Infinity);
  if (ageMs === -Infinity) return inOrder(check, "nothing waits for its merge");
  const of = `of ${Math.min(apps.length, MAX_APPLICATIONS)} applications with fresh rows`;
  const found = `the oldest row that waits, ${of}, is ${minutes(ageMs)} old`;
  if (ageMs < OLD_MS) return inOrder(check, found);
  const why =
    "queries read every row that is not merged; a row ends by itself a week after its application's retention, merged or not";
  const todo =
    "look into the servers' logs for merges that fail; more servers, or more cores, merge more";
  return ageMs >= TOO_OLD_MS ? failure(check, found, why, todo) : warning(check, found, why, todo);
}

async function readEpoch(session: Session): Promise<EpochRow | undefined> {
  const [row] = await session.read(EPOCH_STATEMENTS.read, ["logs"]);
  return row === undefined
    ? undefined
    : { epoch: intOf(row, "epoch"), closed: intOf(row, "closed") };
}

function minutes(ms: number): string {
  const whole = Math.max(0, Math.round(ms / 60_000));
  return whole < 120 ? `${whole} min` : `${Math.round(whole / 60)} h`;
}
