/**
 * Statements that apply long after everybody went on: after what they wrote into was merged, replaced or deleted.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { type Bucket, DAY_MS } from "../../src/domain/time-range.ts";
import { CATALOGUE_STATEMENTS } from "../../src/storage/cassandra/log-catalogue.ts";
import { MANIFEST_STATEMENTS } from "../../src/storage/cassandra/log-manifests.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { intOf } from "../../src/storage/cassandra/row.ts";
import { statement } from "../../src/storage/cassandra/statement.ts";
import type { LogStore, Unit } from "../../src/storage/log-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import { FAULTS_OF_PROXY, type FaultyProxy } from "../support/cassandra/faulty-proxy.ts";
import type { LogWorld } from "../support/cassandra/log-world.ts";
import {
  type LogWorldBehindProxy,
  openBehindProxy,
} from "../support/cassandra/log-world-behind-proxy.ts";
import { entryRows } from "../support/stored-entries.ts";
import {
  BUCKET,
  countSegments,
  countsIn,
  entriesOf,
  idTexts,
  visible,
} from "../support/upkeep-world.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest, segmentOf } from "./log-samples.ts";
import { hour, l0Of, unitKey } from "./log-store-under-test.ts";
import { mergeDeps } from "./real-merges.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("late statements on Cassandra", () => {
  let opened: LogWorldBehindProxy;
  let proxy: FaultyProxy;
  let store: CassandraStore;
  let direct: CassandraStore;
  let world: LogWorld;

  beforeAll(async () => {
    opened = await openBehindProxy(found);
    ({ proxy, store, direct, world } = opened);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const scene = (retentionMs?: number) => {
    const slow = world.store({
      session: store.session,
      ...(retentionMs === undefined ? {} : { retentionMs: async () => retentionMs }),
    });
    return {
      slow,
      s: { ...createLogSamples(), app: world.app, blob: world.blob },
      app: world.app(),
    };
  };
  const batchesIn = ({ l0 }: Pick<Unit, "l0">) => l0.flatMap((row) => row.batches);

  test("a row that applies again after its chunk was deleted is seen by nobody", async () => {
    const { slow, s, app } = scene();
    const logs = world.store();
    proxy.arm(/INSERT INTO \w+\.log_l0/, "hold");
    const batch = s.batch();
    // The same statement again was stored meanwhile.
    await slow.commit([s.write(app, HOUR, [batch])]);
    const from = (await l0Of(logs, app))[0]?.epoch ?? 0;
    await world.closeEpochs();
    await mergeAll(logs, s, unitKey(app));
    await world.passGrace(logs);
    expect(await logs.l0After(app, from - 1, 10)).toEqual({ rows: [], complete: false });
    await proxy.releaseHeld();
    for (const reader of [logs, slow, world.store()]) {
      expect(await reader.l0After(app, from - 1, 10)).toEqual({ rows: [], complete: false });
      const unit = await reader.planUnit(unitKey(app));
      expect([batchesIn(unit), unit.manifest.segments.length]).toEqual([[], 1]);
      expect((await reader.usage(app)).rows).toBe(3);
    }
    // Nor is it merged again.
    expect((await logs.mergeWork(100)).filter((unit) => unit.app === app)).toEqual([]);
    const ttl = statement(
      "read",
      "ttl of row",
      "SELECT TTL(summary) AS ttl FROM ks.log_l0 WHERE app = ? AND chunk = ?",
    );
    expect(await direct.session.read(ttl, [app, BigInt(from)])).toHaveLength(1);
  });

  test("a manifest that is made when its bucket was deleted is seen by nobody, and ends by itself", async () => {
    const { slow, s, app } = scene(10 * DAY_MS);
    const logs = world.store();
    await slow.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    proxy.arm(/INSERT INTO \w+\.log_manifest/, "hold");
    expect((await mergeAll(slow, s, unitKey(app))).held).toBe(true);
    await logs.raiseFloor(app, hour(1));
    await world.passGrace(logs);
    expect(await direct.session.read(MANIFEST_STATEMENTS.read, [app, HOUR, 0])).toEqual([]);
    await proxy.releaseHeld();
    expect(await direct.session.read(MANIFEST_STATEMENTS.read, [app, HOUR, 0])).toHaveLength(1);
    for (const reader of [logs, slow, world.store()]) {
      expect(await reader.plan(app, hour(-9), hour(9))).toEqual([]);
      expect((await reader.planUnit(unitKey(app))).manifest.version).toBe(0);
      expect((await reader.usage(app)).rows).toBe(0);
    }
    const ttl = statement(
      "read",
      "ttl of manifest",
      "SELECT TTL(nonce) AS ttl FROM ks.log_manifest WHERE app = ? AND bucket = ? AND shard = 0",
    );
    const [row] = await direct.session.read(ttl, [app, HOUR]);
    expect(row && intOf(row, "ttl") > 0 && intOf(row, "ttl") <= (13 * DAY_MS) / 1000).toBe(true);
    // What comes late into the bucket is void, and its row is made anew: the next rise of the floor takes all of it.
    await world.store().commit([s.write(app, HOUR, [s.batch()])]);
    expect(await logs.plan(app, hour(-9), hour(9))).toEqual([]);
    await logs.raiseFloor(app, hour(2));
    await world.passGrace(logs);
    expect(await direct.session.read(MANIFEST_STATEMENTS.read, [app, HOUR, 0])).toEqual([]);
    expect(await direct.session.read(CATALOGUE_STATEMENTS.range, [app, 0, HOUR])).toEqual([]);
  });

  test("a change of a manifest that applies late, when another came before, changes nothing", async () => {
    const { slow, s, app } = scene();
    const logs = world.store();
    await slow.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    await mergeAll(slow, s, unitKey(app));
    const unit = await slow.planUnit(unitKey(app));
    proxy.arm(/UPDATE \w+\.log_manifest/, "hold");
    const mine = nextManifest(unit, { nonce: s.nonce() });
    const mineHeld = slow.compareAndSetManifest(unit.manifest, mine);
    expect(await mineHeld).toBe(true);
    const after = await logs.planUnit(unitKey(app));
    const theirs = nextManifest(after, { nonce: s.nonce() });
    expect(await logs.compareAndSetManifest(after.manifest, theirs)).toBe(true);
    await proxy.releaseHeld();
    expect((await logs.planUnit(unitKey(app))).manifest).toEqual(theirs);
  });

  test("a merge that is stopped before its first manifest leaves one blob that ends by itself", async () => {
    const { slow, s, app } = scene(10 * DAY_MS);
    await slow.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const unit = await slow.planUnit(unitKey(app));
    const id = s.blob();
    await slow.writeBlob(app, HOUR, id, s.bytes(100));
    // Meanwhile another merges the same rows, and what it replaced is deleted.
    const logs = world.store();
    await mergeAll(logs, s, unitKey(app));
    await world.passGrace(logs);
    const segments = [segmentOf(id, unit.l0, 100)];
    const next = nextManifest(unit, {
      nonce: s.nonce(),
      segments,
      through: unit.l0[0]?.epoch ?? 0,
    });
    expect(await slow.compareAndSetManifest(unit.manifest, next)).toBe(false);
    expect((await logs.planUnit(unitKey(app))).manifest.segments.map((x) => x.id)).not.toContain(
      id,
    );
    const ttl = statement(
      "read",
      "ttl of blob",
      "SELECT TTL(data) AS ttl FROM ks.log_blob WHERE id = ? AND part = 0",
    );
    const [row] = await direct.session.read(ttl, [id]);
    expect(row && Math.round(intOf(row, "ttl") / 86_400)).toBe(11);
  });

  /** A unit with what the merge takes. */
  async function readyFor(merge: "rows" | "levels"): Promise<{
    deps: ReturnType<typeof mergeDeps>;
    unit: ReturnType<typeof unitKey>;
    logs: LogStore;
    want: string[];
  }> {
    const app = world.app();
    const logs = world.store();
    const unit = unitKey(app, BUCKET);
    const deps = mergeDeps(world.store({ session: store.session }), {
      ...createLogSamples(),
      blob: world.blob,
    });
    const count = merge === "rows" ? 2 : 3;
    for (let n = 1; n <= count; n++) {
      await logs.commit(entryRows(app, entriesOf(n)));
      await world.closeEpochs();
      if (n < count || merge === "levels") await mergeL0(unit, deps);
    }
    const want = idTexts(Array.from({ length: count }, (_, i) => entriesOf(i + 1)).flat());
    return { deps, unit, logs, want };
  }
  const MERGES = [
    { what: "rows", run: mergeL0 },
    {
      what: "levels",
      run: (...[key, deps]: Parameters<typeof mergeL0>) => mergeLevels(key, deps, 3),
    },
  ] as const;

  test.each(MERGES.flatMap((merge) => FAULTS_OF_PROXY.map((fault) => ({ ...merge, fault }))))(
    "a merge of $what is made once when of its change the network will $fault",
    async ({ what, run, fault }) => {
      const { deps, unit, logs, want } = await readyFor(what);
      proxy.arm(/UPDATE \w+\.log_manifest/, fault);
      expect(await run(unit, deps)).toBe("merged");
      await proxy.releaseHeld();
      expect(proxy.armed).toBe(0);
      await world.passGrace(logs);
      const { manifest } = await logs.planUnit(unit);
      expect(manifest.segments.length).toBe(what === "rows" ? 2 : 1);
      expect(countsIn(manifest)).toEqual(await countSegments(logs, manifest));
      expect(await visible(logs, unit)).toEqual(want);
    },
  );

  test.each(MERGES)(
    "a merge of $what that was built upon before it heard is done, and nothing is deleted",
    async ({ what, run }) => {
      const { deps, unit, logs, want } = await readyFor(what);
      proxy.arm(/UPDATE \w+\.log_manifest/, "lose the answer");
      const before = (await logs.planUnit(unit)).manifest.version;
      const mine = run(unit, deps);
      // Between its tries, which are held up by nothing but their pause.
      for (let isMade = false; !isMade;) {
        const at = await logs.planUnit(unit);
        if (at.manifest.version === before) continue;
        const next = nextManifest(at, { nonce: crypto.randomUUID() });
        isMade = await logs.compareAndSetManifest(at.manifest, next);
      }
      expect(await mine).toBe("merged");
      await world.passGrace(logs);
      expect(await visible(logs, unit)).toEqual(want);
    },
  );

  test("a commit of which one row could not be written is not acknowledged, and whole after a retry elsewhere", async () => {
    const { s, app } = scene();
    const batch = s.batch();
    const rows = () => [0, 1, 2].map((at) => s.write(app, hour(at), [batch]));
    const middle = hour(1);
    const failing = world.store({
      session: {
        ...direct.session,
        write: async (what, values) => {
          if (what.name === "insert_l0" && values.includes(middle))
            throw new Error("the row is not to be written");
          await direct.session.write(what, values);
        },
      },
    });
    await expect(failing.commit(rows())).rejects.toThrow("not to be written");
    const other = world.store();
    await other.commit(rows());
    const plan = await other.plan(app, hour(0), hour(2));
    expect(plan.map(({ manifest }) => manifest.bucket as number)).toEqual([2, 1, 0].map(hour));
    // A copy of what was written beside the one that failed is taken once by whoever reads.
    expect(plan.map((unit) => new Set(batchesIn(unit)))).toEqual(plan.map(() => new Set([batch])));
    const middleUnit = plan.find(({ manifest }) => manifest.bucket === (middle as Bucket));
    expect(middleUnit && batchesIn(middleUnit)).toEqual([batch]);
  });
});
