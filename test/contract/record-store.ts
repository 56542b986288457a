/**
 * The contract of `src/storage/record-store.ts` as a suite. A backend gives a fresh, empty store for each test.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { JsonObject, RecordStore, StoredRecord } from "../../src/storage/record-store.ts";

export interface RecordStoreUnderTest extends AsyncDisposable {
  readonly records: RecordStore;
}

export interface RecordStoreBackend {
  readonly name: string;
  open(): Promise<RecordStoreUnderTest>;
}

/** Keys that a careless encoding, a collation or a separator would mix up. */
const KEYS = [
  "",
  "a",
  "A",
  "á",
  "a\u0301",
  "a/b",
  "a\0b",
  "%",
  "_",
  "'",
  "\uffff",
  "𐐀",
  "名前",
  "a b",
];
const PARTITIONS = ["", "p", "P"];
const TABLES = ["user", "session"] as const;

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function describeRecordStore(backend: RecordStoreBackend): void {
  describe(`record store: ${backend.name}`, () => {
    test("a record is made once, changes by version and ends", async () => {
      await using store = await backend.open();
      const { records } = store;
      const at = { table: "user", partition: "p", key: "k" } as const;
      expect(await records.get(at)).toBeUndefined();
      expect(await records.replace(at, 1, {})).toBe(false);
      expect(await records.remove(at, 1)).toBe(false);
      expect(await records.insert(at, { n: 1 })).toBe(true);
      expect(await records.insert(at, { n: 2 })).toBe(false);
      expect(await records.get(at)).toEqual({ key: "k", version: 1, value: { n: 1 } });
      expect(await records.replace(at, 2, { n: 3 })).toBe(false);
      expect(await records.replace(at, 1, { n: 3 })).toBe(true);
      expect(await records.replace(at, 1, { n: 4 })).toBe(false);
      expect(await records.get(at)).toEqual({ key: "k", version: 2, value: { n: 3 } });
      expect(await records.remove(at, 1)).toBe(false);
      expect(await records.remove(at, 2)).toBe(true);
      expect(await records.get(at)).toBeUndefined();
      expect(await records.insert(at, {})).toBe(true);
    });

    test("values come back as they were, whatever JSON holds", async () => {
      await using store = await backend.open();
      const at = { table: "instance", partition: "", key: "v" } as const;
      const value: JsonObject = {
        "": null,
        list: [1, "2", [true, { deep: [] }], {}],
        名: "\u0000\ud800\u2028😀",
        tiny: 5e-324,
        large: Number.MAX_SAFE_INTEGER,
        __proto__x: false,
      };
      await store.records.insert(at, value);
      expect((await store.records.get(at))?.value).toEqual(value);
    });

    test("of many inserts at once one holds, and of many replacements of one version too", async () => {
      await using store = await backend.open();
      const { records } = store;
      const at = { table: "user_email", partition: "", key: "a@b" } as const;
      const inserts = await Promise.all([1, 2, 3, 4, 5].map((n) => records.insert(at, { n })));
      expect(inserts.filter(Boolean)).toEqual([true]);
      const replaced = await Promise.all(
        [1, 2, 3, 4, 5].map((n) => records.replace(at, 1, { m: n })),
      );
      expect(replaced.filter(Boolean)).toEqual([true]);
      const winner = replaced.indexOf(true) + 1;
      expect(await records.get(at)).toEqual({ key: "a@b", version: 2, value: { m: winner } });
      const ends = await Promise.all([
        records.remove(at, 2),
        records.replace(at, 2, {}),
        records.remove(at, 2),
      ]);
      expect(ends.filter(Boolean)).toEqual([true]);
    });

    test("pages list a partition in the order of code points, each record once", async () => {
      await using store = await backend.open();
      const { records } = store;
      for (const key of KEYS)
        await records.insert({ table: "member", partition: "p", key }, { key });
      await records.insert({ table: "member", partition: "q", key: "x" }, {});
      await records.insert({ table: "session", partition: "p", key: "x" }, {});
      for (const limit of [1, 3, 100]) {
        const got: string[] = [];
        for (let after: string | undefined; ;) {
          const page = await records.list(
            "member",
            "p",
            after === undefined ? { limit } : { after, limit },
          );
          expect(page.length).toBeLessThanOrEqual(limit);
          if (page.length === 0) break;
          got.push(...page.map(({ key }) => key));
          after = page.at(-1)?.key;
        }
        expect(got).toEqual(KEYS.toSorted(byCodePoint));
      }
      expect(await records.list("member", "none", { limit: 10 })).toEqual([]);
    });

    test("a store behaves as a map with versions", () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              do: fc.constantFrom("insert", "replace", "remove", "get", "list"),
              table: fc.constantFrom(...TABLES),
              partition: fc.constantFrom(...PARTITIONS),
              key: fc.constantFrom(...KEYS),
              version: fc.integer({ min: 1, max: 3 }),
              value: fc.integer(),
              limit: fc.integer({ min: 1, max: 4 }),
            }),
            { maxLength: 60 },
          ),
          async (steps) => {
            await using store = await backend.open();
            await runAgainstMap(store.records, steps);
          },
        ),
        { numRuns: 25 },
      ));
  });
}

interface Step {
  readonly do: string;
  readonly table: (typeof TABLES)[number];
  readonly partition: string;
  readonly key: string;
  readonly version: number;
  readonly value: number;
  readonly limit: number;
}

async function runAgainstMap(records: RecordStore, steps: readonly Step[]): Promise<void> {
  const model = new Map<string, StoredRecord>();
  for (const { do: action, table, partition, key, version, value, limit } of steps) {
    const at = { table, partition, key };
    const name = JSON.stringify([table, partition, key]);
    const now = model.get(name);
    const matches = now?.version === version;
    if (action === "insert") {
      expect(await records.insert(at, { value })).toBe(now === undefined);
      if (now === undefined) model.set(name, { key, version: 1, value: { value } });
    } else if (action === "replace") {
      expect(await records.replace(at, version, { value })).toBe(matches);
      if (matches) model.set(name, { key, version: version + 1, value: { value } });
    } else if (action === "remove") {
      expect(await records.remove(at, version)).toBe(matches);
      if (matches) model.delete(name);
    } else if (action === "get") {
      expect(await records.get(at)).toEqual(now);
    } else {
      const prefix = JSON.stringify([table, partition]).slice(0, -1);
      const want = [...model]
        .filter(
          ([other, record]) => other.startsWith(`${prefix},`) && byCodePoint(record.key, key) > 0,
        )
        .map(([, record]) => record)
        .toSorted((a, b) => byCodePoint(a.key, b.key))
        .slice(0, limit);
      expect(await records.list(table, partition, { after: key, limit })).toEqual(want);
    }
  }
}
