/**
 * A node of Cassandra that is killed while it is written to, and started again upon what it has.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";

import { isFault } from "../../src/domain/fault.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { DATA_CENTER, type NodePlan } from "../support/cassandra/node-files.ts";
import { findJava, freePorts, startNode } from "../support/cassandra/node-process.ts";
import { serverJars } from "../support/cassandra/server-jars.ts";
import { entryRows } from "../support/stored-entries.ts";
import { until } from "../support/until.ts";
import { APP, BUCKET, entriesOf, idTexts, visible } from "../support/upkeep-world.ts";
import { createLogSamples } from "./log-samples.ts";
import { unitKey } from "./log-store-under-test.ts";
import { mergeDeps } from "./real-merges.ts";

const found = inject("cassandra");
const java = findJava();
const LONG_MS = 180_000;
const WRITERS = 3;
const BATCHES_EACH = 12;

describe.skipIf("missing" in found || "missing" in java)("a node that is killed", () => {
  test(
    "keeps what was acknowledged, once, and merges go on",
    async () => {
      if ("missing" in java) throw new Error(java.missing);
      await using undo = new AsyncDisposableStack();
      const root = mkdtempSync(join(tmpdir(), "argus-restart-"));
      undo.defer(() => rmSync(root, { recursive: true, force: true }));
      const [nativePort = 0, storagePort = 0, sslStoragePort = 0] = await freePorts(3);
      const here = "127.0.0.1";
      const plan: NodePlan = {
        folder: join(root, "node"),
        lib: serverJars(),
        nativePort,
        storagePort,
        sslStoragePort,
        javaVersion: java.version,
        // As one of several it keeps its tables.
        member: { address: here, knownAs: here, all: [here], token: 0n },
      };
      const first = undo.use(await startNode(java, plan, join(root, "first")));
      const contactPoint = `${here}:${nativePort}`;
      const options = newKeyspace({ contactPoint, localDataCenter: DATA_CENTER });
      const store = undo.use(await openForTests(options));
      const world = logWorld(store.session);
      const unit = unitKey(APP, BUCKET);

      let acknowledged = 0;
      let isOver = false;
      const unlessOut = async (work: () => Promise<unknown>): Promise<boolean> =>
        work().then(
          () => true,
          (error: unknown) => {
            if (!isFault(error, "overloaded")) throw error;
            return false;
          },
        );
      const writing = Array.from({ length: WRITERS }, async (_, writer) => {
        const logs = world.store();
        for (let i = 0; i < BATCHES_EACH; i++) {
          const rows = () => entryRows(APP, entriesOf(1 + writer * BATCHES_EACH + i));
          await until("it is stored", () => unlessOut(() => logs.commit(rows())), LONG_MS);
          acknowledged++;
        }
      });
      const merging = (async () => {
        const deps = mergeDeps(world.store(), { ...createLogSamples(), blob: world.blob });
        while (!isOver)
          await unlessOut(async () => {
            await world.closeEpochs();
            await mergeL0(unit, deps);
          });
      })();
      await until("some are stored", () => acknowledged >= WRITERS, LONG_MS);
      first.signal("SIGKILL");
      await first.ended;
      const before = acknowledged;
      undo.use(await startNode(java, plan, join(root, "second")));
      await Promise.all(writing);
      isOver = true;
      await merging;

      expect(acknowledged).toBeGreaterThan(before);
      const all = Array.from({ length: WRITERS * BATCHES_EACH }, (_, i) => entriesOf(i + 1));
      const logs = world.store();
      expect(await visible(logs, unit)).toEqual(idTexts(all.flat()));
      await world.closeEpochs();
      const deps = mergeDeps(logs, { ...createLogSamples(), blob: world.blob });
      while ((await mergeL0(unit, deps)) === "more");
      expect((await logs.planUnit(unit)).l0).toEqual([]);
      expect(await visible(world.store(), unit)).toEqual(idTexts(all.flat()));
    },
    2 * LONG_MS,
  );
});
