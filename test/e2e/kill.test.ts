import { expect, test } from "vitest";
import { runKills } from "../torture/kills.ts";

test("thirty kills during ingest lose nothing acknowledged and double nothing", async () => {
  const report = await runKills({ kills: 30, seed: 20_261_124, clients: 4 });
  expect(report.faults).toEqual([]);
  expect(report.acknowledgedBatches).toBeGreaterThan(100);
  expect(report.retries).toBeGreaterThan(0);
}, 240_000);
