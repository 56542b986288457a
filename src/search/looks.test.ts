import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { type AppId, parseAppId } from "../domain/ids.ts";
import type { Bucket } from "../domain/time-range.ts";
import type { L0Id, L0Row, LogReads } from "../storage/log-store.ts";
import { type Looks, sharedLooks } from "./looks.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const OTHER = parseAppId("019a0000-0000-7000-8000-0000000000bb");

function row(epoch: number): L0Row {
  const none = new Uint8Array(0);
  const meta = {
    rows: 1,
    minTimeNanos: 0n,
    maxTimeNanos: 0n,
    sizeBytes: 1,
    parts: [],
    summary: none,
  };
  return { id: `row ${epoch}` as L0Id, app: APP, bucket: 1 as Bucket, epoch, batches: [], meta };
}

/** A store with a row an epoch; `asked` are the calls that read rows, and those that read the closed epoch before them. */
function world(): {
  asked: string[];
  clock: FakeClock;
  looks: Looks;
  store: { rows: L0Row[]; closed: number; complete: boolean; failure: Error | undefined };
} {
  const clock = new FakeClock();
  const asked: string[] = [];
  const store = {
    rows: [1, 2, 3, 4].map(row),
    closed: 2,
    complete: true,
    failure: undefined as Error | undefined,
  };
  const reads: Pick<LogReads, "l0After" | "closedEpoch"> = {
    closedEpoch: async () => {
      asked.push("closed");
      return store.closed;
    },
    l0After: async (app: AppId, after: number, limit: number) => {
      asked.push(`${app === APP ? "rows" : "others"} after ${after}`);
      if (store.failure !== undefined) throw store.failure;
      const rows = store.rows.filter(({ epoch }) => epoch > after).slice(0, limit);
      return { rows, complete: store.complete };
    },
  };
  return { asked, clock, store, looks: sharedLooks(reads, clock) };
}

const epochsOf = (rows: readonly L0Row[]): number[] => rows.map(({ epoch }) => epoch);

test("tails of one application read once in half a second, whichever began", async () => {
  const { asked, clock, looks } = world();
  using a = looks.follow(APP);
  using b = looks.follow(APP);
  using other = looks.follow(OTHER);
  const [first, second] = await Promise.all([a.look(0, 100), b.look(2, 100)]);
  expect([epochsOf(first.rows), epochsOf(second.rows)]).toEqual([
    [1, 2, 3, 4],
    [3, 4],
  ]);
  expect([first.closed, second.closed]).toEqual([2, 2]);
  expect(asked).toEqual(["closed", "rows after 0"]);
  await clock.advance(499);
  expect([await b.isQuiet(3), await b.isQuiet(4)]).toEqual([false, true]);
  expect(epochsOf((await a.look(0, 2)).rows)).toEqual([1, 2]);
  expect(asked).toHaveLength(2);
  await other.look(0, 100);
  expect(asked.at(-1)).toBe("others after 0");
  await clock.advance(1);
  await a.look(0, 100);
  expect(asked.slice(-2)).toEqual(["closed", "rows after 0"]);
});

test("a look that does not tell all of it is not shared", async () => {
  const { asked, looks, store } = world();
  using a = looks.follow(APP);
  using b = looks.follow(APP);
  await a.look(3, 100);
  // Begins earlier.
  expect(epochsOf((await b.look(1, 2)).rows)).toEqual([2, 3]);
  // Full: of epoch 4 it does not tell.
  expect(epochsOf((await a.look(2, 2)).rows)).toEqual([3, 4]);
  store.complete = false;
  await b.look(0, 100);
  expect((await a.look(3, 100)).complete).toBe(false);
  expect(asked.filter((each) => each !== "closed")).toEqual(
    [3, 1, 2, 0, 3].map((after) => `rows after ${after}`),
  );
});

test("a look that failed is made again by whoever waited for it", async () => {
  const { asked, looks, store } = world();
  using a = looks.follow(APP);
  using b = looks.follow(APP);
  store.failure = new Error("the store does not answer");
  const failed = a.look(0, 100);
  const waiting = b.look(0, 100);
  await expect(failed).rejects.toThrow("does not answer");
  await expect(waiting).rejects.toThrow("does not answer");
  expect(asked.filter((each) => each !== "closed")).toHaveLength(2);
});

test("nothing is kept of an application that nobody follows", async () => {
  const { asked, looks } = world();
  {
    using a = looks.follow(APP);
    await a.look(0, 100);
  }
  using b = looks.follow(APP);
  await b.look(0, 100);
  expect(asked.filter((each) => each !== "closed")).toHaveLength(2);
});
