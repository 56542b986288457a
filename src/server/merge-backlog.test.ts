import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingMeter } from "../../test/support/silent.ts";
import { parseAppId } from "../domain/ids.ts";
import { isFault } from "../domain/fault.ts";
import type { Bucket } from "../domain/time-range.ts";
import { createMergeBacklog } from "./merge-backlog.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const OTHER = parseAppId("019a0000-0000-7000-8000-0000000000bb");
const BOUNDS = { admitFrom: 1 as Bucket, admitTo: 2 as Bucket };

test("what waits is in the figures, and a full application is refused until it is not", () => {
  const [meter, clock] = [keepingMeter(), new FakeClock()];
  const backlog = createMergeBacklog({ meter, clock });
  const admission = backlog.guard({ boundsOf: () => BOUNDS, forget: () => undefined });
  expect(admission.boundsOf(APP)).toEqual(BOUNDS);

  backlog.saw({ rows: 20_100, bytes: 7, oldestMs: clock.nowMs() - 2_500, full: [APP] });
  expect(Object.fromEntries(meter.values)).toEqual({
    argus_merge_waiting_blocks: 20_100,
    argus_merge_waiting_bytes: 7,
    argus_merge_waiting_seconds: 2.5,
    argus_merge_full_applications: 1,
  });
  const refusal = thrownBy(() => admission.boundsOf(APP));
  expect(isFault(refusal, "overloaded") && refusal.fault.retryAfterMs).toBe(5_000);
  expect(admission.boundsOf(OTHER)).toEqual(BOUNDS);
  expect(meter.values.get("argus_merge_refused_batches_total")).toBe(1);

  backlog.saw({ rows: 0, bytes: 0, oldestMs: undefined, full: [] });
  expect(admission.boundsOf(APP)).toEqual(BOUNDS);
  expect(meter.values.get("argus_merge_waiting_seconds")).toBe(0);
});

function thrownBy(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    return error;
  }
}
