/** Queries that share a thread, over HTTP: what is little does not wait for what is much. Time is counted in looks at the clock. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { entryBlock } from "../../../test/support/entry-block.ts";
import { entryWith } from "../../../test/support/entry-with.ts";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { entryRows } from "../../../test/support/stored-entries.ts";
import { JSON_TYPE } from "../../../test/support/twirp-calls.ts";
import { type TwirpRig, startTwirp } from "../../../test/support/twirp-rig.ts";
import { until } from "../../../test/support/until.ts";
import type { Entry } from "../../domain/entry.ts";
import { parseApiKeyId, parseAppId, parseBatchId } from "../../domain/ids.ts";
import type { Principal } from "../../domain/principal.ts";
import { Bitmap } from "../../engine/bitmap.ts";
import { compileBlockFilter } from "../../engine/filter/block-filter.ts";
import { BlockScan } from "../../engine/filter/block-scan.ts";
import { parseQuery } from "../../query/parse.ts";
import { query } from "./query.ts";
import { type SqliteStore, openSqliteStore } from "../../storage/sqlite/open-store.ts";
import { engineOpener } from "../../search/engine-opener.ts";
import { filterInTurns } from "../../search/filter-in-turns.ts";
import { createSearch } from "../../search/search.ts";
import { Spending } from "../../search/spending.ts";
import { Turns } from "../../search/turns.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const START_MS = Date.parse("2026-11-24T14:00:00Z");
const RANGE = { start_time: "2026-11-24T14:00:00Z", end_time: "2026-11-24T15:00:00Z" };

/** Of a machine that needs so long between two looks. */
class SlowClock extends FakeClock {
  looks = 0;
  readonly #lookMs: number;

  constructor(lookMs: number) {
    super(START_MS);
    this.#lookMs = lookMs;
  }

  override monotonicMs(): number {
    return this.looks++ * this.#lookMs;
  }
}

function made(
  count: number,
  own: (n: number) => Partial<Omit<Entry, "id" | "timeNanos">>,
): Entry[] {
  const batch = parseBatchId("019a0000-0000-7000-8000-000000000001");
  return Array.from({ length: count }, (_, index) =>
    entryWith({ timeNanos: BigInt(START_MS + index) * 1_000_000n, batch, index }, own(index)),
  );
}

/** As long as what is tested between two looks. */
const long = (n: number): string => `${n} ${"a".repeat(4100)}`;

const LONG_ROWS = 1500;
const clock = new SlowClock(1);
let store: SqliteStore;
let rig: TwirpRig;

beforeAll(async () => {
  store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock(START_MS) });
  const entries = made(LONG_ROWS, (n) => ({ message: long(n), service: "long" }));
  await store.logs.commit(entryRows(APP, entries));
  const [short] = made(1, () => ({ message: "short", service: "short" }));
  if (short === undefined) throw new Error("no entry");
  const batch = parseBatchId("019a0000-0000-7000-8000-000000000002");
  await store.logs.commit(entryRows(APP, [{ ...short, id: { ...short.id, batch } }]));
  const search = createSearch({ store: store.logs, opener: engineOpener, clock });
  rig = await startTwirp({
    log: { Query: query({ search }) },
    twirp: {
      authenticate: (): Principal => ({
        kind: "key",
        keyId: parseApiKeyId("019a0000-0000-7000-8000-0000000000bb"),
        appId: APP,
        scopes: new Set(["read"]),
      }),
    },
  });
});

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

async function ask(text: string): Promise<{ entries: unknown[]; partial_reason: string }> {
  const answer = await fetch(`${rig.url}/twirp/argus.v1.LogService/Query`, {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify({ query: text, ...RANGE }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { entries: unknown[]; partial_reason: string };
}

test.each([
  { of: "a filter", heavy: "message:/[b-z]\\d/" },
  { of: "a pipe", heavy: 'service:long | parse "<n> <rest>" | where rest:/[b-z]\\d/' },
])("a small query is answered while $of goes through one block", async ({ heavy }) => {
  const began = clock.looks;
  let answered = 0;
  const heavies = Array.from({ length: 3 }, async () => {
    const { entries, partial_reason: reason } = await ask(heavy);
    expect([entries, reason]).toEqual([[], ""]);
    answered++;
  });
  await until("the heavy ones run", () => clock.looks > began + 300);
  const before = clock.looks;
  expect((await ask("service:short")).entries).toHaveLength(1);
  // A turn of the loop lets one of them look some fifty times, and the small one takes some twenty turns.
  expect(clock.looks - before).toBeLessThan(LONG_ROWS * 2);
  expect(answered).toBe(0);
  await Promise.all(heavies);
});

test("of those that wait who has held the thread for less goes first, and of the heavy ones who came first", async () => {
  const turns = new Turns();
  const gone: string[] = [];
  const wait = (name: string, heldMs: number): Promise<void> =>
    turns.next(heldMs).then(() => void gone.push(name));
  const heavy = [wait("export", 500_000), wait("query", 9_000)];
  await Promise.all([...heavy, wait("small", 20), wait("tiny", 0)]);
  expect(gone).toEqual(["tiny", "small", "export", "query"]);
});

test.each([
  "message:7",
  "message:/[1-5]\\d? a/",
  "-message:/[1-5]\\d? a/",
  "kind:/k[1-3]/ OR message:*9*",
  "/[2-4]k/ NOT mixed:/5/",
  "kind:k1* message:/1/",
])("%s passes the same rows in many goes as in one", async (text) => {
  const block = entryBlock(
    made(80, (n) => ({
      message: long(n),
      attributes: new Map<
        string,
        Entry["attributes"] extends ReadonlyMap<string, infer V> ? V : never
      >([
        ["kind", `k${n % 6}${"k".repeat(4200)}`],
        ["mixed", n % 2 === 0 ? n : [`m${n}`, "x".repeat(300)]],
      ]),
    })),
  );
  const parsed = parseQuery(text, { nowNanos: 0n, timeZone: "UTC" });
  if (!parsed.ok) throw new Error(text);
  const filter = compileBlockFilter(parsed.query.filter);
  const all = Bitmap.all(block.rows);
  const slow = new SlowClock(9);
  using spending = new Spending(slow, {}, undefined);
  const inGoes = await filterInTurns(block, filter, all, spending);
  expect([...inGoes.rows.rows()]).toEqual([...filter(new BlockScan(block), all).rows()]);
  expect(inGoes.rows.count()).toBeGreaterThan(0);
});

/** Enough to be looked at four hundred times over one long text. */
const MANY = Array.from({ length: 400 }, (_, n) => `/${n}[b-z]+/`);

test.each([
  { of: "behind parse", query: `| parse "<n> <rest>" | where ${MANY.join(" OR ")}` },
  { of: "in a list", query: `| parse "<n> <rest>" | where message:(${MANY.join(" ")})` },
  { of: "behind dedup", query: `| dedup message | where ${MANY.join(" OR ")}` },
  { of: "of a table", query: `| fields message | where ${MANY.join(" OR ")}` },
  { of: "of a sorted table", query: `| stats count() by message | where ${MANY.join(" OR ")}` },
  { of: "counted", query: `| limit 9 | stats count_if(${MANY.join(" OR ")})` },
])("regexes $of end with an entry's time, and the answer says so", async ({ query: pipes }) => {
  // Each look a hundredth of a second: one entry is given four fifths of its regexes' time at most.
  const slow = new SlowClock(10);
  const search = createSearch({ store: store.logs, opener: engineOpener, clock: slow });
  const asked = { app: APP, query: `short OR (service:long message:777) ${pipes}` };
  const startNanos = BigInt(START_MS) * 1_000_000n;
  const answer = await search.query({
    ...asked,
    startNanos,
    endNanos: startNanos + 3_600_000_000_000n,
    budget: {},
    limit: 100,
  });
  expect(answer.partialReason).toMatch(/takes longer than 400 ms/);
});
