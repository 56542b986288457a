import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";

import { isFault } from "../../domain/fault.ts";
import { migrate, type Migration, MIGRATIONS } from "./migrations.ts";
import { createSeenBatches } from "./seen-batches.ts";

const FIRST = { name: "a", sql: "CREATE TABLE a (x INTEGER) STRICT" };
const SECOND = { name: "b", sql: "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b VALUES (1)" };

function database(...steps: readonly Migration[]): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  migrate(db, "/data", 7, steps);
  return db;
}

function failure(db: DatabaseSync, steps: readonly Migration[]): unknown {
  try {
    migrate(db, "/data", 8, steps);
    return undefined;
  } catch (error) {
    return error;
  }
}

test("steps are applied once, in order, and new ones later", () => {
  using db = database(FIRST);
  migrate(db, "/data", 8, [FIRST, SECOND]);
  migrate(db, "/data", 9, [FIRST, SECOND]);
  expect(db.prepare("SELECT x FROM b").all()).toEqual([{ x: 1 }]);
  expect(db.prepare("SELECT version, name, applied_ms FROM migration").all()).toEqual([
    { version: 1, name: "a", applied_ms: 7 },
    { version: 2, name: "b", applied_ms: 8 },
  ]);
});

test("a step that fails leaves nothing behind and can be tried again", () => {
  using db = database(FIRST);
  expect(failure(db, [FIRST, { name: "b", sql: `${SECOND.sql}; nonsense` }])).toBeInstanceOf(Error);
  expect(failure(db, [FIRST, SECOND])).toBeUndefined();
});

test("a newer store is refused, naming both versions", () => {
  using db = database(FIRST, SECOND);
  const error = failure(db, [FIRST]);
  expect(isFault(error, "conflict") && error.message).toMatch(/\/data has version 2.*up to 1/);
});

test("a step that changed after it was applied is refused", () => {
  using db = database(FIRST);
  const error = failure(db, [{ ...FIRST, sql: `${FIRST.sql}; SELECT 1` }]);
  expect(isFault(error, "corrupt") && error.message).toContain("step 1");
});

test("a batch that was stored before hours were kept is whole", () => {
  using db = database(...MIGRATIONS.slice(0, 2));
  const [app, batch] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  db.prepare("INSERT INTO seen (slot, app, batch) VALUES (0, ?, ?)").run(app, batch);
  migrate(db, "/data", 8);
  expect(createSeenBatches(db).find(app, batch, 0)).toBe("all");
});
