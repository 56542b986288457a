import { expect, test } from "vitest";
import { runKills } from "../torture/kills.ts";

/** `npm run torture` makes a thousand. */
const KILLS = 12;

test("kills during ingest lose nothing acknowledged and double nothing", async () => {
  const report = await runKills({ kills: KILLS, seed: 20_261_124, clients: 4 });
  expect(report.faults).toEqual([]);
  expect(report.acknowledgedBatches).toBeGreaterThan(50);
  expect(report.retries).toBeGreaterThan(0);
}, 240_000);
