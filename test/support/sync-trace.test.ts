import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkSyncs, type Findings, readTrace } from "./sync-trace.ts";
import { tempFolder } from "./temp-folder.ts";

const BATCH = "0193c0de-0000-7000-8000-000000000001";
const BLOB = "0193c0de-0000-7000-8000-0000000000b0";
const LOG = "9</d/argus.db-wal>";
const FILE = `12</d/blocks/app/day/${BLOB}>`;
const DAY = "13</d/blocks/app/day>";
const APP = "14</d/blocks/app>";

const hex = (bytes: Buffer): string =>
  `"${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
const text = (value: string): string => hex(Buffer.from(value));
const id = (value: string): string => hex(Buffer.from(value.replaceAll("-", ""), "hex"));
/** A frame's header; the last of a transaction says the size of the database. */
const header = (isLast: boolean): string =>
  hex(Buffer.from([0, 0, 0, 1, 0, 0, 0, isLast ? 9 : 0, ...Array.from({ length: 16 }, () => 7)]));

/** One acknowledged batch and one merged file, as they must be. */
const GOOD = [
  `1 read(5<socket:[77]>, ${text(`POST /twirp {"batch_id":"${BATCH}"}`)}, 65536) = 90`,
  `2 pwrite64(${LOG}, ${header(false)}, 24, 0) = 24`,
  `2 pwrite64(${LOG}, ${id(BATCH)}, 16384, 24) = 16384`,
  `2 pwrite64(${LOG}, ${header(true)}, 24, 0) = 24`,
  `2 pwrite64(${LOG}, ${text("page")}, 16384, 24) = 16384`,
  `2 fsync(${LOG}) = 0`,
  `1 write(5<socket:[77]>, ${text("HTTP/1.1 200 OK")}, 300) = 300`,
  `3 mkdir(${text("/d/blocks/app/day")}, 0700) = 0`,
  `3 fsync(${APP}) = 0`,
  `4 write(${FILE}, ${text("block")}, 900) = 900`,
  `3 fsync(${FILE}) = 0`,
  `4 fsync(${DAY}) = 0`,
  `2 pwrite64(${LOG}, ${header(true)}, 24, 0) = 24`,
  `2 pwrite64(${LOG}, ${id(BLOB)}, 16384, 24) = 16384`,
  `2 fsync(${LOG}) = 0`,
];

async function check(lines: readonly string[]): Promise<Findings> {
  await using folder = await tempFolder();
  const file = join(folder.path, "trace");
  writeFileSync(file, lines.map((line) => line.replace(" ", " 12:00:00.000001 ")).join("\n"));
  return checkSyncs(await readTrace(file), [BATCH], "/d");
}

/** `GOOD` with the line of one index at the place of another. */
const moved = (from: number, to: number): string[] => {
  const lines = [...GOOD];
  lines.splice(to, 0, ...lines.splice(from, 1));
  return lines;
};
/** `GOOD` with its sync of the log returning only before the line at `until`. */
const slowSync = (until: number): string[] => [
  ...GOOD.slice(0, 5),
  `2 fsync(${LOG} <unfinished ...>`,
  ...GOOD.slice(6, until),
  "2 <... fsync resumed>) = 0",
  ...GOOD.slice(until),
];

test("a trace in which all was synced in time has no problems", async () => {
  expect(await check(GOOD)).toEqual({ problems: [], commits: 1, blockFiles: 1 });
});

const NO_SYNC = `batch ${BATCH}: no sync of the log stands between its last write and its answer`;
const named = (what: string): string =>
  `file /d/blocks/app/day/${BLOB}: ${what} before the log named it`;

test.each([
  { what: "without the log's sync", lines: GOOD.toSpliced(5, 1), want: NO_SYNC },
  { what: "synced after the answer", lines: moved(5, 6), want: NO_SYNC },
  { what: "synced before the commit's last page", lines: moved(5, 4), want: NO_SYNC },
  {
    what: "a sync that failed",
    lines: GOOD.with(5, `2 fsync(${LOG}) = -1 EIO (Input/output error)`),
    want: NO_SYNC,
  },
  {
    what: "a sync of another file",
    lines: GOOD.with(5, `2 fsync(9</d/argus.db>) = 0`),
    want: NO_SYNC,
  },
  {
    what: "answered while the sync is under way",
    lines: slowSync(7),
    want: NO_SYNC,
  },
  {
    what: "answered before the log was written",
    lines: moved(6, 1),
    want: `batch ${BATCH}: it was answered before it was in the log`,
  },
  {
    what: "never in the log",
    lines: GOOD.toSpliced(1, 5),
    want: `batch ${BATCH}: it is not in the log`,
  },
  {
    what: "refused",
    lines: GOOD.with(6, `1 write(5<socket:[77]>, ${text("HTTP/1.1 503 No")}, 300) = 300`),
    want: `batch ${BATCH}: its answer is not 200`,
  },
  {
    what: "the file's bytes not synced",
    lines: GOOD.toSpliced(10, 1),
    want: named("its bytes were not synced"),
  },
  {
    what: "the file's name not synced",
    lines: GOOD.toSpliced(11, 1),
    want: named("its name was not synced"),
  },
  {
    what: "the file's name synced before it had its bytes",
    lines: moved(11, 8),
    want: named("its name was not synced"),
  },
  {
    what: "the new folder's name not synced",
    lines: GOOD.toSpliced(8, 1),
    want: `file /d/blocks/app/day/${BLOB}: the name of /d/blocks/app/day was not synced before the log named the file`,
  },
])("$what is found", async ({ lines, want }) => {
  expect((await check(lines)).problems).toEqual([want]);
});

test("a call that others interrupt counts from its beginning to its return", async () => {
  const lines = slowSync(6).toSpliced(6, 0, `7 read(8</d/other>, ${text("x")}, 10) = 1`);
  expect((await check(lines)).problems).toEqual([]);
});
