/** Making segments and the manifests that name them. Pure but for fresh ids. */
import { rangesOf } from "../absorbed.ts";
import {
  type Manifest,
  type MergeRecord,
  type Piece,
  rowsOf,
  type Segment,
  type Unit,
} from "../nouns.ts";
import { freshId, type World } from "../world.ts";

export function segmentOf(
  w: World,
  unit: Unit,
  version: number,
  made: {
    readonly level: number;
    readonly pieces: readonly Piece[];
    readonly batches: ReadonlySet<number>;
    readonly minEpoch: number;
    readonly applied: ReadonlySet<number>;
    readonly merge: MergeRecord;
  },
): Segment {
  const id = w.on("uniqueBlobIds") ? freshId(w) : unit * 4096 + version;
  return { id, n: rowsOf(made.pieces), ranges: rangesOf(made.batches), ...made };
}

/** The next version; every statement carries the trash on unless it says otherwise. */
export function nextManifest(
  w: World,
  seen: Manifest | undefined,
  change: Partial<Pick<Manifest, "through" | "expires" | "segments" | "trash" | "total">>,
): Manifest {
  const segments = change.segments ?? seen?.segments ?? [];
  return {
    version: (seen?.version ?? 0) + 1,
    nonce: freshId(w),
    through: Math.max(seen?.through ?? -1, change.through ?? -1),
    expires: seen?.expires ?? change.expires ?? Infinity,
    total: change.total ?? segments.reduce((n, segment) => n + segment.n, 0),
    segments,
    trash: change.trash ?? (w.on("carryTrash") ? (seen?.trash ?? []) : []),
  };
}
