import { expect, test } from "vitest";
import { RowKeys } from "./row-keys.ts";

const ids = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `row ${from + at}`);
const free = (): boolean => true;
const taken = (): boolean => false;

test("rows that stay keep their keys while most of them do", () => {
  const keys = new RowKeys();
  const before = keys.of(ids(0, 10), free);
  const after = keys.of(ids(4, 10), free);
  for (const id of ids(4, 6)) expect(after.get(id)).toBe(before.get(id));
  expect(new Set([...before.values(), ...after.values()]).size).toBe(14);
});

test("where most are others, each takes what stands in its place", () => {
  const keys = new RowKeys();
  const before = keys.of(ids(0, 10), free);
  const after = keys.of(ids(8, 11), free);
  expect([...after.values()].slice(0, 10)).toEqual([...before.values()]);
  expect(new Set(after.values()).size).toBe(11);
});

test("nothing is taken from one who is at the rows", () => {
  const keys = new RowKeys();
  const before = keys.of(ids(0, 10), free);
  const after = keys.of(ids(8, 10), taken);
  for (const id of ids(8, 2)) expect(after.get(id)).toBe(before.get(id));
  expect(new Set([...before.values(), ...after.values()]).size).toBe(18);
});

test("a row that comes twice into sight has one key each time, and no two share one", () => {
  const keys = new RowKeys();
  for (const from of [0, 50, 0, 3, 20, 18, 60]) {
    const now = keys.of(ids(from, 12), free);
    expect(new Set(now.values()).size).toBe(12);
  }
});
