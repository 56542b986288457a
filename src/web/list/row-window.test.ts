import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { QueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import {
  FIRST_PAGE,
  MOST_ROWS,
  NEXT_PAGE,
  type PageRequest,
  RowWindow,
  type Run,
} from "./row-window.ts";

const idOf = (second: number, index = 0): string =>
  `${second}000000000.019e3f00-0000-7000-8000-000000000001.${index}`;

/** An entry a second; the log is as long as it is asked to be. */
function entryAt(second: number): LogEntry {
  return {
    id: idOf(second),
    time: { seconds: BigInt(second), nanos: 0 },
    level: 9,
    message: `m${second}`,
    service: "",
    host: "",
    traceId: "",
    spanId: "",
    attributes: undefined,
    observedTime: undefined,
    truncated: [],
  };
}

/** Answers as the server does: ends exclude, the cursor goes on. */
function runOver(length: number, ascending = false): { run: Run; asked: PageRequest[] } {
  const asked: PageRequest[] = [];
  const run: Run = {
    startTime: { seconds: 0n, nanos: 0 },
    endTime: { seconds: BigInt(length), nanos: 0 },
    ascending,
    read: (request) => {
      asked.push(request);
      const low = Number(request.startTime?.seconds ?? 0n) + (request.startTime?.nanos ? 1 : 0);
      const end = request.endTime ?? { seconds: BigInt(length), nanos: 0 };
      const high = Math.min(length, Number(end.seconds) + (end.nanos > 0 ? 1 : 0));
      const done = Number(request.cursor || "0");
      const count = Math.max(0, Math.min(request.limit, high - low - done));
      const entries = Array.from({ length: count }, (_, i) =>
        entryAt(request.ascending ? low + done + i : high - 1 - done - i),
      );
      const rest = high - low - done - count;
      const nextCursor = rest > 0 ? String(done + count) : "";
      return Promise.resolve({ entries, nextCursor } as unknown as QueryResponse);
    },
  };
  return { run, asked };
}

const seconds = (rows: RowWindow): readonly number[] =>
  rows.rows.value.map(({ time }) => Number(time?.seconds));
const descending = (from: number, to: number): readonly number[] =>
  Array.from({ length: from - to + 1 }, (_, i) => from - i);

test("reads ahead for rows that are shown, not for those that were there before", async () => {
  const { run, asked } = runOver(10_000);
  const rows = new RowWindow();
  const nothing = rows.rows.peek();
  await rows.start(run);
  // Who looked at the list before the answer saw none, and may say so after it.
  await rows.ahead("bottom", nothing);
  expect(asked).toHaveLength(1);
  expect(rows.rows.value).toHaveLength(FIRST_PAGE);
  await rows.ahead("bottom", rows.rows.peek());
  expect(rows.rows.value).toHaveLength(FIRST_PAGE + NEXT_PAGE);
});

test("knows where a row stands, wherever another was asked for before", async () => {
  const rows = new RowWindow();
  await rows.start(runOver(150).run);
  for (const second of [149, 0, 75, 76, 74, 149, 1])
    expect(rows.indexOf(idOf(second))).toBe(149 - second);
  expect(rows.indexOf(idOf(150))).toBe(-1);
  expect(rows.indexOf("")).toBe(-1);
  await rows.start(runOver(3).run);
  expect(rows.indexOf(idOf(2))).toBe(0);
});

test("finds each row of any list, in the order of time or another", async () => {
  const arbList = fc
    .uniqueArray(fc.record({ second: fc.nat(300), index: fc.nat(3) }), {
      minLength: 1,
      maxLength: 400,
      selector: ({ second, index }) => `${second}.${index}`,
    })
    .map((places) =>
      places.map(({ second, index }): LogEntry => ({
        ...entryAt(second),
        id: idOf(second, index),
      })),
    );
  const byTime = (a: LogEntry, b: LogEntry): number =>
    Number((b.time?.seconds ?? 0n) - (a.time?.seconds ?? 0n)) || (a.id < b.id ? 1 : -1);
  await fc.assert(
    fc.asyncProperty(arbList, fc.boolean(), fc.boolean(), async (made, isSorted, ascending) => {
      const sorted = isSorted ? made.toSorted(byTime) : made;
      const all = isSorted && ascending ? sorted.toReversed() : sorted;
      const rows = new RowWindow();
      await rows.start({
        ...runOver(1000, ascending).run,
        read: ({ cursor, limit }) => {
          const done = Number(cursor || "0");
          const entries = all.slice(done, done + limit);
          const nextCursor = done + limit < all.length ? String(done + limit) : "";
          return Promise.resolve({ entries, nextCursor } as unknown as QueryResponse);
        },
      });
      await rows.more("bottom");
      for (const at of [...all.keys()].toSorted((a, b) => ((a * 7) % 13) - ((b * 7) % 13)))
        expect(rows.indexOf(all[at]?.id ?? "")).toBe(at);
      expect(rows.indexOf(idOf(301))).toBe(-1);
    }),
  );
});

test("begins with the newest and goes on to the oldest", async () => {
  const rows = new RowWindow();
  await rows.start(runOver(900).run);
  expect(seconds(rows)).toEqual(descending(899, 900 - FIRST_PAGE));
  expect([rows.atStart, rows.atEnd]).toEqual([true, false]);
  await rows.more("bottom");
  await rows.more("bottom");
  expect(seconds(rows)).toEqual(descending(899, 0));
  expect(rows.atEnd).toBe(true);
});

test("where a budget was spent it reads on only when it is told to", async () => {
  const rows = new RowWindow();
  const { run, asked } = runOver(900);
  let spent = 1;
  const read: Run["read"] = async (request, signal) => ({
    ...(await run.read(request, signal)),
    partial: spent-- > 0,
  });
  await rows.start({ ...run, read });
  await rows.more("bottom");
  expect(asked).toHaveLength(1);
  expect(rows.unfinished.value).toBe(rows.answer.value);
  await rows.rest();
  expect([asked.length, rows.unfinished.value]).toEqual([2, undefined]);
  await rows.more("bottom");
  expect(seconds(rows)).toEqual(descending(899, 0));
});

test("begins at a time and goes on both ways without a seam", async () => {
  const rows = new RowWindow();
  await rows.start(runOver(2000).run, { seconds: 1000n, nanos: 0 });
  expect(seconds(rows)).toEqual(descending(1000, 1001 - FIRST_PAGE));
  await rows.more("top");
  expect(seconds(rows)).toEqual(descending(1000 + NEXT_PAGE, 1001 - FIRST_PAGE));
  expect([seconds(rows)[0], rows.atStart]).toEqual([1000 + NEXT_PAGE, false]);
  await rows.more("top");
  expect(seconds(rows)[0]).toBe(1999);
  expect(rows.atStart).toBe(true);
});

test.each([
  { where: "after the range", second: 5_000 },
  { where: "at its end, which it does not include", second: 1_000 },
  { where: "before it", second: -1 },
])("a place $where is its beginning", async ({ second }) => {
  const rows = new RowWindow();
  const { run, asked } = runOver(1_000);
  await rows.start(run, { seconds: BigInt(second), nanos: 0 });
  expect(seconds(rows)[0]).toBe(999);
  await rows.more("top");
  expect(asked).toHaveLength(1);
});

test("oldest first is the same the other way round", async () => {
  const rows = new RowWindow();
  await rows.start(runOver(2000, true).run, { seconds: 1000n, nanos: 0 });
  await rows.more("top");
  expect(seconds(rows)[0]).toBe(500);
  expect(seconds(rows).at(-1)).toBe(1199);
  expect(seconds(rows)).toEqual(seconds(rows).toSorted((a, b) => a - b));
});

test("lets the far end go and reads it again on return", async () => {
  const rows = new RowWindow();
  const length = MOST_ROWS + 3 * NEXT_PAGE;
  await rows.start(runOver(length).run);
  while (!rows.atEnd) await rows.more("bottom");
  expect(rows.rows.value).toHaveLength(MOST_ROWS);
  expect(seconds(rows).at(-1)).toBe(0);
  expect(rows.atStart).toBe(false);
  while (!rows.atStart) await rows.more("top");
  expect(seconds(rows)).toEqual(descending(length - 1, length - MOST_ROWS));
  expect(rows.atEnd).toBe(false);
  await rows.more("bottom");
  expect(seconds(rows).at(-1)).toBe(length - MOST_ROWS - NEXT_PAGE + 1);
});

test("what comes live is put on top in its order, and once", async () => {
  const rows = new RowWindow();
  await rows.start(runOver(10).run);
  rows.take([entryAt(9), entryAt(11), entryAt(10)]);
  expect(seconds(rows)).toEqual(descending(11, 0));
});

test.each([false, true])(
  "what comes late is put where its time wants it, ascending %s",
  async (up) => {
    const rows = new RowWindow();
    await rows.start(runOver(10, up).run);
    const late = { ...entryAt(5), id: idOf(5, 1) };
    rows.take([entryAt(12), late, entryAt(10), late]);
    const ids = rows.rows.value.map(({ id }) => id);
    const want = [12, 10, 9, 8, 7, 6, 5, 5, 4, 3, 2, 1, 0].map((second) => idOf(second));
    want[6] = late.id;
    expect(ids).toEqual(up ? want.toReversed() : want);
    expect(ids.map((id) => rows.indexOf(id))).toEqual([...ids.keys()]);
  },
);

test("what comes later than all that is loaded waits below for the scroll", async () => {
  const rows = new RowWindow();
  await rows.start(runOver(1000).run);
  rows.take([{ ...entryAt(3), id: idOf(3, 1) }, entryAt(1000)]);
  expect(seconds(rows)).toEqual(descending(1000, 1000 - FIRST_PAGE));
});

test("begins with the last rows and goes on before them", async () => {
  const rows = new RowWindow();
  await rows.start(runOver(1000, true).run, "end");
  expect([seconds(rows)[0], seconds(rows).at(-1)]).toEqual([1000 - FIRST_PAGE, 999]);
  expect([rows.atStart, rows.atEnd, rows.beginsAt]).toEqual([false, true, "bottom"]);
  await rows.more("top");
  await rows.more("top");
  expect(seconds(rows)).toEqual(descending(999, 0).toReversed());
  expect(rows.atStart).toBe(true);
});

test("a new run ends the one before it, whose answer is not shown", async () => {
  const rows = new RowWindow();
  const slow = Promise.withResolvers<QueryResponse>();
  const first = rows.start({ ...runOver(5).run, read: () => slow.promise });
  await rows.start(runOver(3).run);
  slow.resolve({ entries: [entryAt(99)], nextCursor: "" } as unknown as QueryResponse);
  await first;
  expect(seconds(rows)).toEqual([2, 1, 0]);
  expect(rows.reading.value).toBeUndefined();
});
