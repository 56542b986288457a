import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";

import { createLogSamples, HOUR } from "../../test/contract/log-samples.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { FaultError, isFault, overloaded } from "../domain/fault.ts";
import { openSqliteStore } from "./sqlite/open-store.ts";
import { connectStore, serveStore } from "./remote-store.ts";
import type { SqliteStore } from "./sqlite/store-on.ts";

async function pair(change: (store: SqliteStore) => SqliteStore = (store) => store) {
  const store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  const { port1, port2 } = new MessageChannel();
  serveStore(change(store), port1);
  const remote = connectStore(port2);
  return {
    remote,
    port1,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      remote[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

test("bytes that are given away move, views of larger buffers are copied", async () => {
  await using rig = await pair();
  const s = createLogSamples();
  const app = s.app();
  const whole = s.write(app, HOUR, [s.batch()]);
  const shared = new Uint8Array(1000).fill(3);
  const part = { ...s.write(app, HOUR, [s.batch()]), bytes: shared.subarray(10, 20) };
  await rig.remote.logs.commit([whole, part]);
  expect(whole.bytes.byteLength).toBe(0);
  expect(shared.byteLength).toBe(1000);
  const rows = (await rig.remote.logs.planUnit({ app, bucket: HOUR, shard: 0 })).l0;
  const [, second] = rows;
  expect(second === undefined ? undefined : await rig.remote.logs.readL0(second.id)).toEqual(
    new Uint8Array(10).fill(3),
  );
  // Sending what is gone is the caller's bug, and no call hangs for it.
  await expect(rig.remote.logs.commit([whole])).rejects.toThrow();
  expect(await rig.remote.logs.closedEpoch()).toBe(2);
});

test("the rows of a commit that met a duplicate come back", async () => {
  await using rig = await pair();
  const s = createLogSamples();
  const app = s.app();
  const [known, fresh] = [s.batch(), s.batch()];
  await rig.remote.logs.commit([s.write(app, HOUR, [known])]);
  const retry = s.write(app, HOUR, [known, fresh]);
  const unstored = [structuredClone(retry)];
  expect(await rig.remote.logs.commit([retry])).toEqual({
    duplicates: [{ app, batch: known, bucket: HOUR }],
    unstored,
  });
  expect(retry.bytes.byteLength).toBe(0);
});

test("a blob that is written stays its caller's", async () => {
  await using rig = await pair();
  const s = createLogSamples();
  const [app, id, bytes] = [s.app(), s.blob(), s.bytes(70_000)];
  await rig.remote.logs.writeBlob(app, HOUR, id, bytes);
  expect(await rig.remote.logs.readBlob(app, HOUR, id, 0, 70_000)).toEqual(bytes);
});

test("faults come through as faults, bugs as errors with their stack", async () => {
  await using rig = await pair((store) => ({
    ...store,
    freeSpace: () => Promise.reject(overloaded("the disk is away", 77)),
    backup: () => Promise.reject(new RangeError("a bug of ours")),
  }));
  const fault = await rig.remote.freeSpace().catch((error: unknown) => error);
  expect(fault instanceof FaultError && fault.fault).toEqual({
    kind: "overloaded",
    reason: "the disk is away",
    retryAfterMs: 77,
  });
  const bug = await rig.remote.backup("/x").catch((error: unknown) => error);
  expect(bug).not.toBeInstanceOf(FaultError);
  expect(bug instanceof Error && bug.stack).toContain("remote-store.test.ts");
});

test("calls under way are bounded, begin in order and are all answered", async () => {
  let running = 0;
  let most = 0;
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  await using rig = await pair((store) => ({
    ...store,
    backup: async (destination) => {
      order.push(destination);
      most = Math.max(most, ++running);
      await gate.promise;
      running--;
    },
  }));
  const names = Array.from({ length: 200 }, (_, i) => `${i}`);
  const calls = names.map((name) => rig.remote.backup(name));
  gate.resolve();
  await Promise.all(calls);
  expect(order).toEqual(names);
  expect(most).toBeLessThanOrEqual(64);
});

test("more calls than a queue may hold are refused", async () => {
  const gate = Promise.withResolvers<void>();
  await using rig = await pair((store) => ({ ...store, backup: () => gate.promise }));
  const calls = Array.from({ length: 64 + 4096 }, () => rig.remote.backup("x"));
  const refused = await rig.remote.backup("x").catch((error: unknown) => error);
  expect(isFault(refused, "overloaded")).toBe(true);
  gate.resolve();
  await Promise.all(calls);
});

test("when the port closes, calls under way, waiting and later are all refused", async () => {
  await using rig = await pair((store) => ({
    ...store,
    backup: () => Promise.withResolvers<void>().promise,
  }));
  const calls = Array.from({ length: 70 }, () => rig.remote.backup("x"));
  rig.port1.close();
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.every((o) => o.status === "rejected" && isFault(o.reason, "overloaded"))).toBe(
    true,
  );
  await expect(rig.remote.logs.closedEpoch()).rejects.toThrow("the store was closed");
});
