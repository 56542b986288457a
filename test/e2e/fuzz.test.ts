/** Seeded hostile requests against a real server: no error of ours, no word about others, no end, and no growth. */
import { expect, test } from "vitest";
import { fuzz, ROUND } from "../fuzz/fuzz.ts";
import { RPC_NAMES } from "../fuzz/requests.ts";
import { makeWorld } from "../fuzz/world.ts";
import { search, send } from "../support/api-calls.ts";
import { memoryFolder } from "../support/memory-folder.ts";
import { startArgus } from "../support/server-process.ts";

/** With those of `test/fuzz/bodies.test.ts` a hundred thousand; `npm run torture -- --fuzz N` sends more. */
const REQUESTS = 3 * ROUND;
const SEED = 20_261_124;
test(`${REQUESTS} hostile requests of seed ${SEED} find nothing, and the server is well afterwards`, async () => {
  using folder = memoryFolder();
  await using argus = await startArgus({ data: folder.path });
  const world = await makeWorld(argus.url);
  const report = await fuzz({
    argus,
    world,
    seed: SEED,
    first: 0,
    count: REQUESTS,
    say: () => undefined,
  });
  expect(report.found).toEqual([]);
  // Requests that all fail at the first check would find nothing: each RPC was asked in both encodings, and most were done.
  const names = RPC_NAMES.flatMap((rpc) => [`${rpc} json`, `${rpc} protobuf`]);
  const statusesOf = (name: string) => report.answers.get(name) ?? new Map<number, number>();
  expect(names.filter((name) => statusesOf(name).size === 0)).toEqual([]);
  const done = names.filter((name) => statusesOf(name).has(200) && statusesOf(name).has(400));
  expect(done.length).toBeGreaterThan(names.length / 2);
  expect((await fetch(`${argus.url}/readyz`)).status).toBe(200);
  await send(argus.url, world.tokens.key, [{ message: "afterwards" }]);
  expect((await search(argus.url, world.tokens.key, "afterwards")).entries).toHaveLength(1);
}, 300_000);
