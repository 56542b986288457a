/**
 * What keeping entries for some days does: what it deletes, and where the disk levels out. Pure.
 * Invariant: bytes are shares of what is stored now, by entries: blocks of one application are alike.
 */
const DAY_MS = 86_400_000;

export interface StoredStep {
  readonly startMs: number;
  readonly entries: number;
}

export interface Stored {
  readonly entries: number;
  readonly bytes: number;
  /** By time of the entries, ascending, each as long as `stepMs`. */
  readonly steps: readonly StoredStep[];
  readonly stepMs: number;
  readonly nowMs: number;
}

export interface Effect {
  /** About, when a step is cut by the edge. */
  readonly deletedEntries: number;
  readonly deletedBytes: number;
  /** What it levels out at; undefined when it never does, or too little is known. */
  readonly levelBytes: number | undefined;
  /** When it has levelled out; undefined when it has. */
  readonly levelMs: number | undefined;
}

/** A rate is not known from less. */
const LEAST_KNOWN_MS = DAY_MS / 24;
/** Of the last days the mean says what comes. */
const MEAN_DAYS = 7;

/** @param days 0 keeps for ever. */
export function effectOf(stored: Stored, days: number): Effect {
  const { steps, stepMs, nowMs } = stored;
  const bytesOf = (entries: number): number =>
    stored.entries === 0 ? 0 : Math.round((entries / stored.entries) * stored.bytes);
  const edgeMs = days === 0 ? -Infinity : nowMs - days * DAY_MS;
  let deletedEntries = 0;
  for (const { startMs, entries } of steps) {
    const before = Math.min(1, Math.max(0, (edgeMs - startMs) / stepMs));
    deletedEntries += entries * before;
  }
  deletedEntries = Math.round(deletedEntries);
  const first = steps.find(({ entries }) => entries > 0);
  const knownMs = first === undefined ? 0 : nowMs - first.startMs;
  const deletedBytes = bytesOf(deletedEntries);
  if (days === 0 || knownMs < LEAST_KNOWN_MS)
    return { deletedEntries, deletedBytes, levelBytes: undefined, levelMs: undefined };
  const meanMs = Math.min(knownMs, MEAN_DAYS * DAY_MS);
  let recent = 0;
  for (const { startMs, entries } of steps) if (startMs >= nowMs - meanMs) recent += entries;
  const levelBytes = bytesOf((recent / meanMs) * days * DAY_MS);
  const fullMs = (first?.startMs ?? nowMs) + days * DAY_MS;
  return {
    deletedEntries,
    deletedBytes,
    levelBytes,
    levelMs: fullMs > nowMs ? fullMs : undefined,
  };
}
