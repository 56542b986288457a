import { expect, test } from "vitest";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { nearest } from "./nearest.ts";

function entryAt(second: number): LogEntry {
  return { id: `${second}`, time: { seconds: BigInt(second), nanos: 0 } } as LogEntry;
}
const secondsOf = (entries: readonly LogEntry[]): readonly number[] =>
  entries.map(({ id }) => Number(id));

test.each([
  { among: [1, 2, 3], of: 2, want: [1, 2, 3] },
  { among: [1, 2, 3, 4, 5, 6, 7], of: 4, want: [2, 3, 4, 5, 6] },
  { among: [1, 2, 3, 4, 5, 6, 7], of: 1, want: [1, 2, 3, 4, 5] },
  { among: [1, 2, 3, 4, 5, 6, 7], of: 6, want: [3, 4, 5, 6, 7] },
  { among: [], of: 6, want: [6] },
  { among: [1, 2, 8, 9], of: 6, want: [1, 2, 6, 8, 9] },
  { among: [1, 2, 3, 4, 5, 6], of: 9, want: [3, 4, 5, 6, 9] },
])("five of $among around $of", ({ among, of, want }) => {
  expect(secondsOf(nearest(among.map(entryAt), entryAt(of), 5))).toEqual(want);
});
