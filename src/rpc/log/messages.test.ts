import { expect, test } from "vitest";
import { Struct } from "../../../generated/server/google/protobuf/struct.ts";
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import { parseBatchId } from "../../domain/ids.ts";
import type { Cell } from "../../engine/pipe/cell.ts";
import {
  coverageMessage,
  durationOfMs,
  durationOfNanos,
  entryJson,
  entryMessage,
  limitsOf,
  rangeOf,
  tableMessage,
} from "./messages.ts";

const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");

function entry(attributes: readonly (readonly [string, AttributeValue])[], timeNanos = 5n): Entry {
  return {
    id: { timeNanos, batch: BATCH, index: 3 },
    timeNanos,
    observedNanos: 1_500_000_001n,
    severity: 17,
    message: "refused",
    service: "web",
    host: "web-1",
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: "00f067aa0ba902b7",
    attributes: new Map(attributes),
    truncated: ["message"],
  };
}

test("absent ends of a range stay absent", () => {
  expect(rangeOf({})).toEqual({});
  expect(rangeOf({ endTime: { seconds: 2n, nanos: 5 } })).toEqual({ endNanos: 2_000_000_005n });
});

test.each<{ name: string; value: AttributeValue; json: unknown }>([
  { name: "text", value: "a", json: "a" },
  { name: "empty text", value: "", json: "" },
  { name: "number", value: -1.5, json: -1.5 },
  { name: "NaN", value: Number.NaN, json: "NaN" },
  { name: "infinity", value: -Infinity, json: "-Infinity" },
  { name: "integer beyond 2^53", value: 9_007_199_254_740_993n, json: "9007199254740993" },
  { name: "boolean", value: false, json: false },
  { name: "null", value: null, json: null },
  { name: "empty list", value: [], json: [] },
  { name: "empty map", value: {}, json: {} },
  {
    name: "list of all",
    value: ["a", 1, true, null, [2n ** 60n], { b: { c: 1 } }],
    json: ["a", 1, true, null, ["1152921504606846976"], { b: { c: 1 } }],
  },
])("an attribute that is a $name", ({ value, json }) => {
  const message = entryMessage(entry([["x", value]]));
  if (message.attributes === undefined) throw new Error("no attributes");
  expect(Struct.toJson(message.attributes)).toEqual({ x: json });
  // Also over the wire.
  const back = Struct.fromBinary(Struct.toBinary(message.attributes));
  expect(Struct.toJson(back)).toEqual({ x: json });
});

test("an attribute named __proto__ is a field like any other, at any depth", () => {
  const inner: AttributeValue = JSON.parse('{"__proto__": 2}') as AttributeValue;
  const message = entryMessage(
    entry([
      ["__proto__", "own"],
      ["list", [inner]],
    ]),
  );
  const fields = message.attributes?.fields ?? {};
  expect(Object.keys(fields)).toEqual(["__proto__", "list"]);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  const list = fields["list"]?.kind;
  const [map] = list?.oneofKind === "listValue" ? list.listValue.values : [];
  const held = map?.kind.oneofKind === "structValue" ? map.kind.structValue.fields : {};
  expect(Object.keys(held)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(held)).toBe(Object.prototype);
});

test("such a field is in its JSON, too", () => {
  const json = entryJson(entry([["__proto__", "own"]]));
  expect(json).toContain('"attributes":{"__proto__":"own"}');
});

test("an entry as JSON has every field, times in RFC 3339", () => {
  expect(JSON.parse(entryJson(entry([["n", 1]], -1n)))).toEqual({
    time: "1969-12-31T23:59:59.999999999Z",
    level: "LEVEL_ERROR",
    message: "refused",
    service: "web",
    host: "web-1",
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    span_id: "00f067aa0ba902b7",
    attributes: { n: 1 },
    observed_time: "1970-01-01T00:00:01.500000001Z",
    id: `-1.${BATCH}.3`,
    truncated: ["message"],
  });
});

test.each<{ type: "time" | "level" | "value"; cell: Cell; wanted: string }>([
  { type: "time", cell: 0n, wanted: '"1970-01-01T00:00:00Z"' },
  { type: "time", cell: -1n, wanted: '"1969-12-31T23:59:59.999999999Z"' },
  { type: "time", cell: 120_000_000n, wanted: '"1970-01-01T00:00:00.120Z"' },
  { type: "time", cell: 1_000n, wanted: '"1970-01-01T00:00:00.000001Z"' },
  {
    type: "time",
    cell: [0n, 1_000_000_000n],
    wanted: '["1970-01-01T00:00:00Z","1970-01-01T00:00:01Z"]',
  },
  { type: "time", cell: null, wanted: "null" },
  { type: "level", cell: "error", wanted: '"error"' },
  { type: "value", cell: 5n, wanted: '"5"' },
  { type: "value", cell: Number.NaN, wanted: '"NaN"' },
  { type: "value", cell: ["a", 1, false], wanted: '["a",1,false]' },
])("a cell $cell of type $type", ({ type, cell, wanted }) => {
  const table = tableMessage({ columns: [{ name: "c", type, approximate: true }], rows: [[cell]] });
  const called = type !== "value" ? type : Array.isArray(cell) ? "list" : "number";
  expect(table.columns).toEqual([{ name: "c", type: called, approximate: true }]);
  const [value] = table.rows[0]?.values ?? [];
  if (value === undefined) throw new Error("no cell");
  const shown = Struct.toJson({ fields: { c: value } });
  expect(JSON.stringify(shown)).toBe(`{"c":${wanted}}`);
});

test("durations are whole seconds and what is left", () => {
  expect(durationOfMs(1500.25)).toEqual({ seconds: 1n, nanos: 500_250_000 });
  expect(durationOfNanos(60_000_000_001n)).toEqual({ seconds: 60n, nanos: 1 });
});

test("a budget lowers what it names and nothing else", () => {
  expect(limitsOf(undefined)).toEqual({});
  expect(limitsOf({ rows: 0n, bytes: 10n, time: { seconds: 1n, nanos: 5_000_000 } })).toEqual({
    bytes: 10,
    timeMs: 1005,
  });
  expect(() => limitsOf({ rows: -1n, bytes: 0n })).toThrow("negative");
});

test("what is covered is told only when it is known", () => {
  const whole = { partial: false, partialReason: "", coveredStartNanos: undefined };
  expect(coverageMessage(whole)).toEqual({ partial: false, partialReason: "" });
  expect(coverageMessage({ ...whole, coveredStartNanos: 1n })).toMatchObject({
    coveredStartTime: { seconds: 0n, nanos: 1 },
  });
});

test.each<{ cells: readonly Cell[]; type: string }>([
  { cells: ["a", null, "b"], type: "string" },
  { cells: [1, 2n], type: "number" },
  { cells: [true], type: "boolean" },
  { cells: [["a"], ["b"]], type: "list" },
  { cells: [1, "a"], type: "mixed" },
  { cells: [null], type: "mixed" },
  { cells: [], type: "mixed" },
])("a column of $cells is called $type", ({ cells, type }) => {
  const columns = [{ name: "c", type: "value", approximate: false } as const];
  const table = tableMessage({ columns, rows: cells.map((cell) => [cell]) });
  expect(table.columns[0]?.type).toBe(type);
});
