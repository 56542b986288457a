import { expect, test } from "vitest";
import { START_MS, UNIT } from "../../test/support/upkeep-world.ts";
import { parseAppId } from "../domain/ids.ts";
import type { Bucket } from "../domain/time-range.ts";
import type { MergeWork } from "../storage/log-store.ts";
import { type Backlog, createBacklogWatch } from "./backlog.ts";

const OTHER = parseAppId("019a0000-0000-7000-8000-0000000000cc");

test("an application is full from the bound on, over all its hours, until it is well below", () => {
  const told: Backlog[] = [];
  const watch = createBacklogWatch((backlog) => told.push(backlog), { full: 100, again: 80 });
  const work = (hour: number, l0Rows: number, app = UNIT.app): MergeWork => ({
    app,
    bucket: (UNIT.bucket + hour) as Bucket,
    shard: 0,
    l0Rows,
    l0Bytes: l0Rows * 10,
    oldestMs: START_MS + hour,
  });
  watch.saw([work(1, 60), work(0, 39), work(2, 99, OTHER)]);
  watch.saw([work(1, 60), work(0, 40)]);
  watch.saw([work(1, 80)]);
  watch.saw([work(1, 79)]);
  watch.saw([work(1, 99)]);
  watch.saw([]);
  expect(told.map(({ full }) => full)).toEqual([[], [UNIT.app], [UNIT.app], [], [], []]);
  expect(told[0]).toMatchObject({ rows: 198, bytes: 1980, oldestMs: START_MS });
  expect(told.at(-1)).toEqual({ rows: 0, bytes: 0, oldestMs: undefined, full: [] });
});
