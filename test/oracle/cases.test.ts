/** The naive reading itself against the cases that decide disputes. */
import { expect, test } from "vitest";
import { compareEntryIds } from "../../src/domain/entry.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { FIXTURE_RANGE, loadCases, loadEntries, mapIds } from "../support/language-fixture.ts";
import { entryMatches } from "./filter.ts";

const filters = loadCases().filter(
  ({ query, range, expect: wanted }) =>
    wanted.ids !== undefined &&
    range === undefined &&
    !query.includes(" | ") &&
    !query.startsWith("|"),
);

test.each(filters)("$id: $query", ({ query, expect: wanted }) => {
  const context = { nowNanos: BigInt(FIXTURE_RANGE.nowMs) * 1_000_000n, timeZone: "UTC" };
  const parsed = parseQuery(mapIds(query), context);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const found = loadEntries()
    .filter(({ entry }) => entry.timeNanos >= FIXTURE_RANGE.startNanos)
    .filter(({ entry }) => entry.timeNanos < FIXTURE_RANGE.endNanos)
    .filter(({ entry }) => entryMatches(parsed.query.filter, entry))
    .toSorted((a, b) => compareEntryIds(b.entry.id, a.entry.id));
  expect(found.map(({ key }) => key)).toEqual(wanted.ids);
});
