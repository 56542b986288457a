/**
 * I9: what must be true when nothing has happened for a while.
 * Invariant: looks only; called once, at the end of a run.
 */
import { bucketOf } from "../nouns.ts";
import type { World } from "../world.ts";
import { ModelFailure } from "./failure.ts";

export function checkQuiet(w: World): void {
  const { epochs } = w.tables;
  const { low } = w.tables.readTail();
  if (low !== epochs.closed + 1) fail(`low is ${low}, closed is ${epochs.closed}`);
  const named = new Set<number>();
  // What a manifest named when its TTL ended it ends by its own.
  for (const { segments, trash } of w.tables.ended) {
    for (const { id } of segments) named.add(id);
    for (const id of trash) named.add(id);
  }
  for (const [unit, manifest] of w.tables.manifests()) {
    for (const { id } of manifest.segments) named.add(id);
    for (const id of manifest.trash) named.add(id);
    if (!w.lives(bucketOf(unit)) || w.ledger.mayHide(bucketOf(unit))) continue;
    if (manifest.trash.length > 0) fail(`unit ${unit >> 4}/${unit % 16} still has trash`);
    if (manifest.segments.length > 40) fail(`unit ${unit >> 4}/${unit % 16} has too many segments`);
  }
  for (const segment of w.tables.segments()) {
    if (named.has(segment.id) || w.tables.revived.has(segment.id)) continue;
    // A merge that crashed, or whose outcome stayed unknown, leaves one orphan. One that was ever named is none.
    if (!segment.merge.settled && !w.watch.everNamed.has(segment.id)) continue;
    fail(`the blob ${segment.id} of ${segment.merge.name} leaks`);
  }
}

function fail(what: string): never {
  throw new ModelFailure("I9", what);
}
