/**
 * An hour whose entries came in no order of time: its blocks overlap in all of it, and there is memory for few of them.
 * What is given is all of it, in the order, whatever the memory; and no more is kept than a slice.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { entryWith } from "../../test/support/entry-with.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { entryRows, mergeBucket } from "../../test/support/stored-entries.ts";
import { type Entry, compareEntryIds, entryIdText } from "../domain/entry.ts";
import { parseAppId, parseBatchId } from "../domain/ids.ts";
import { bucketOfMs } from "../domain/time-range.ts";
import { parseQuery } from "../query/parse.ts";
import type { LogReads } from "../storage/log-store.ts";
import { type SqliteStore, openSqliteStore } from "../storage/sqlite/open-store.ts";
import { engineOpener } from "./engine-opener.ts";
import { mergeHits, placeOf, readHit } from "./entry-merge.ts";
import { type ExportChunk, exportRows } from "./export/export.ts";
import { SharedMemory } from "./shared-memory.ts";
import { Spending } from "./spending.ts";
import { Turns } from "./turns.ts";
import { walkRange } from "./walk-range.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const START_MS = Date.parse("2026-11-24T14:00:00Z");
const HOURS = [0, 1].map((hour) => bucketOfMs(START_MS + hour * 3_600_000));
const START = BigInt(START_MS) * 1_000_000n;
const RANGE = { startNanos: START, endNanos: START + 7_200_000_000_000n };
const SENDS = 16;
const PER_SEND = 80;
/** As the slices count it, of one entry: nearly all of it the text. */
const ENTRY_BYTES = 2000;

let clock: FakeClock;
let store: SqliteStore;
let entries: Entry[];

beforeAll(async () => {
  clock = new FakeClock(START_MS);
  store = await openSqliteStore({ folder: ":memory:", clock });
  entries = [];
  for (let send = 0; send < SENDS; send++) {
    const sent = Array.from({ length: PER_SEND }, (_, i) => made(send, i));
    entries.push(...sent);
    await store.logs.commit(entryRows(APP, sent));
    if (send !== SENDS / 2) continue;
    for (const bucket of HOURS) await mergeBucket(store.logs, APP, bucket, bucket, 64);
  }
  entries.sort((a, b) => compareEntryIds(b.id, a.id));
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

/** Each send is spread over both hours; a few of its entries have the time of another's. */
function made(send: number, i: number): Entry {
  const n = i * SENDS + ((send * 7) % SENDS);
  const at = BigInt(i % 9 === 0 ? n - (n % SENDS) : n);
  const batch = parseBatchId(`019a0000-0000-7000-8000-0000000000${(16 + send).toString(16)}`);
  return entryWith(
    { timeNanos: START + at * 3_700_000_000n, batch, index: i },
    {
      message: `request ${n} ${"x".repeat(700)}`,
      service: n % 3 === 0 ? "web" : "worker",
      attributes: new Map([["n", n]]),
    },
  );
}

/** Memory of which there is none but what each has for itself, and the most of it that was kept. */
class Watched extends SharedMemory {
  most = 0;
  #held = 0;

  constructor(ownBytes: number) {
    super({ ownBytes, sharedBytes: 0 });
  }

  override share(): ReturnType<SharedMemory["share"]> {
    const share = super.share();
    return {
      change: (bytes) => {
        this.#held += bytes;
        this.most = Math.max(this.most, this.#held);
        return share.change(bytes);
      },
      [Symbol.dispose]: () => share[Symbol.dispose](),
    };
  }

  get left(): number {
    return this.#held;
  }
}

const ids = (of: readonly Entry[]): string[] => of.map(({ id }) => entryIdText(id));

async function merged(
  text: string,
  ascending: boolean,
  memory: SharedMemory,
  given: { after?: Entry; logs?: LogReads } = {},
): Promise<{ found: Entry[]; reasons: readonly string[] }> {
  using spending = new Spending(clock, {}, undefined, undefined, undefined, memory.share());
  const parsed = parseQuery(text, { nowNanos: RANGE.endNanos, timeZone: "UTC" });
  if (!parsed.ok) throw new Error(text);
  const deps = { store: given.logs ?? store.logs, opener: engineOpener, spending };
  const walk = await walkRange(APP, RANGE, parsed.query.filter, ascending, deps);
  const found: Entry[] = [];
  const after = given.after === undefined ? undefined : placeOf(given.after.id);
  for await (const hit of mergeHits(walk, ascending, after)) found.push(readHit(hit));
  return { found, reasons: walk.reasons };
}

test.each([
  { query: "", has: () => true },
  { query: "service:web", has: ({ service }: Entry) => service === "web" },
  { query: "n:7", has: ({ attributes }: Entry) => attributes.get("n") === 7 },
  { query: "n:none", has: () => false },
])("'$query' gives all that matches in its order, by little memory", async ({ query, has }) => {
  for (const ascending of [false, true]) {
    const memory = new Watched(1);
    const { found, reasons } = await merged(query, ascending, memory);
    const all = entries.filter(has);
    expect(ids(found)).toEqual(ids(ascending ? all.toReversed() : all));
    expect(reasons).toEqual([]);
    expect(memory.left).toBe(0);
  }
});

test("keeps a slice and a block, however many blocks overlap", async () => {
  const memory = new Watched(1);
  await merged("", false, memory);
  expect(entries.length * ENTRY_BYTES).toBeGreaterThan(2_000_000);
  expect(memory.most).toBeLessThan(1_000_000);
});

test("goes on behind any entry, and stops anywhere", () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat({ max: SENDS * PER_SEND - 1 }),
      fc.boolean(),
      fc.constantFrom(1, 300_000, 1_000_000),
      async (at, ascending, ownBytes) => {
        const all = ascending ? entries.toReversed() : entries;
        const memory = new Watched(ownBytes);
        const after = all[at];
        const { found } = await merged("", ascending, memory, after === undefined ? {} : { after });
        expect(ids(found)).toEqual(ids(all.slice(at + 1)));
      },
    ),
    { numRuns: 6 },
  ));

test("gives each entry once when the units merge between two reads of a block", async () => {
  const own = await openSqliteStore({ folder: ":memory:", clock });
  for (const [, held] of Map.groupBy(entries, ({ id }) => id.batch))
    await own.logs.commit(entryRows(APP, held));
  let reads = 0;
  let merges = 0;
  const logs: LogReads = {
    ...own.logs,
    readL0: async (id) => {
      reads++;
      if (reads % 40 === 0 && merges < 5) {
        merges++;
        const bucket = HOURS[merges % 2] ?? HOURS[0];
        if (bucket !== undefined) await mergeBucket(own.logs, APP, bucket, merges, 64);
      }
      return own.logs.readL0(id);
    },
  };
  const { found, reasons } = await merged("", false, new Watched(1), { logs });
  expect(merges).toBeGreaterThan(1);
  expect(ids(found)).toEqual(ids(entries));
  expect(reasons).toEqual([]);
  await own[Symbol.asyncDispose]();
});

test("ends where its budget ends: all before it has come", async () => {
  const { found, reasons } = await (async () => {
    using spending = new Spending(
      clock,
      { bytes: 2_000_000 },
      undefined,
      undefined,
      undefined,
      new Watched(1).share(),
    );
    const deps = { store: store.logs, opener: engineOpener, spending };
    const walk = await walkRange(APP, RANGE, { kind: "all" }, false, deps);
    const found: Entry[] = [];
    for await (const hit of mergeHits(walk, false, undefined)) found.push(readHit(hit));
    const covered = walk.coveredStart ?? 0n;
    expect(entries.filter(({ timeNanos }) => timeNanos >= covered).length).toBeLessThanOrEqual(
      found.length,
    );
    return { found, reasons: walk.reasons };
  })();
  expect(reasons).toEqual([expect.stringContaining("2000000 decompressed bytes")]);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(entries.length);
  expect(ids(found)).toEqual(ids(entries.slice(0, found.length)));
});

test.each([
  { format: "ndjson", query: "" },
  { format: "csv", query: "" },
  { format: "csv", query: "| fields time, n" },
  { format: "ndjson", query: "service:web | fields message, service, n" },
] as const)("exports the same $format of '$query' by much memory and by little", async (asked) => {
  const exported = async (memory: SharedMemory): Promise<{ text: string; last: ExportChunk }> => {
    const texts: string[] = [];
    let last: ExportChunk | undefined;
    for await (const chunk of exportRows(
      { app: APP, ...RANGE, ...asked },
      { store: store.logs, opener: engineOpener, clock, memory, turns: new Turns() },
      new AbortController().signal,
    )) {
      texts.push(Buffer.from(chunk.lines).toString());
      last = chunk;
    }
    if (last === undefined) throw new Error("no chunk");
    return { text: texts.join(""), last };
  };
  const much = await exported(new SharedMemory());
  const little = await exported(new Watched(1));
  expect(little.text).toBe(much.text);
  expect(little.last).toMatchObject({ entries: much.last.entries, reasons: [] });
  expect(much.last.entries).toBeGreaterThan(SENDS * 10);
});
