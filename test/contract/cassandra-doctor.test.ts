/**
 * What the doctor says of a real cluster, and of one in which something was changed.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { systemClock } from "../../src/server/system-clock.ts";
import type { CassandraOptions } from "../../src/storage/cassandra/connect.ts";
import { commitLogFinding, examineCluster } from "../../src/storage/cassandra/doctor.ts";
import type { Finding } from "../../src/storage/cassandra/doctor-finding.ts";
import { progressFindings, WATCH_MS } from "../../src/storage/cassandra/doctor-progress.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { openSession } from "../../src/storage/cassandra/session.ts";
import { statement } from "../../src/storage/cassandra/statement.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { openBehindGuard } from "../support/cassandra/keyspaces-world.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { createLogSamples, HOUR } from "./log-samples.ts";

const found = inject("cassandra");

/** `level check`, and what was found. */
function byCheck(findings: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(
    findings.map(({ check, level, found: what }) => [check, `${level}: ${what}`]),
  );
}

/** A clock that passes when somebody waits for it. */
function hurrying(clock = new FakeClock()): FakeClock {
  clock.sleep = (ms) => clock.advance(ms);
  return clock;
}

describe.skipIf("missing" in found)("the doctor at a real Cassandra", () => {
  let options: CassandraOptions;
  let store: CassandraStore;
  beforeAll(async () => {
    options = newKeyspace(found);
    store = await openForTests(options);
  });
  afterAll(() => store[Symbol.asyncDispose]());

  const deps = () => ({ session: store.session, options, clock: systemClock });

  test("finds a single node for tests as it is", async () => {
    const told = byCheck(await Array.fromAsync(examineCluster(deps())));
    expect(told).toMatchObject({
      server: expect.stringMatching(/^ok: Apache Cassandra 5\.\d/) as string,
      nodes: `ok: 1 of 1 in ${options.localDataCenter} answer`,
      schema: "ok: all nodes agree about it",
      clocks: "ok: nodes are within 5 s of this machine",
      "commit log": "ok: commitlog_sync is group: acknowledged means on disk",
      tombstones: "ok: reads may pass 5,000 of them",
      accounts: "ok: nodes ask for no password, and are on this machine",
      encryption: "ok: none, and the nodes are on this machine",
      copies: `warn: 1 of each row in ${options.localDataCenter}`,
      tables: expect.stringMatching(/^ok: version \d+, as this program's/) as string,
      options: "ok: tables have the options they were made with",
      epochs: "ok: none yet: no server has run on this keyspace",
    });
    expect(await commitLogFinding(deps())).toMatchObject({ level: "ok", check: "commit log" });
  });

  test("sees a table that was changed by hand", async () => {
    const alter = (seconds: number) =>
      store.session.define(
        statement("define", "change", `ALTER TABLE ks.log_blob WITH gc_grace_seconds = ${seconds}`),
      );
    await alter(5);
    const told = byCheck(await Array.fromAsync(examineCluster(deps())));
    expect(told["options"]).toBe("warn: log_blob: gc_grace_seconds is 5, made as 10800");
    await alter(10_800);
  });

  test("says that there is no keyspace yet, and makes none", async () => {
    const other = newKeyspace(found);
    await using session = await openSession({ options: other, clock: systemClock });
    const findings = await Array.fromAsync(
      examineCluster({ session, options: other, clock: systemClock }),
    );
    expect(findings.at(-1)).toMatchObject({ level: "fail", check: "keyspace" });
    const again = await Array.fromAsync(
      examineCluster({ session, options: other, clock: systemClock }),
    );
    expect(again.at(-1)).toMatchObject({ check: "keyspace" });
  });

  test("sees epochs that stand still, and how long rows wait for their merge", async () => {
    const world = logWorld(store.session);
    const logs = world.store({ epochsAChunk: 32, workLists: 64 });
    const s = createLogSamples();
    await logs.commit([s.write(world.app(), HOUR, [s.batch()])]);
    const look = (clock: FakeClock) => progressFindings({ session: store.session, clock });

    const standing = byCheck(await look(hurrying(new FakeClock(world.clock.nowMs() + 600_000))));
    expect(standing["epochs"]).toMatch(
      new RegExp(`^warn: the epoch has been \\d+ for ${WATCH_MS / 1000} s`),
    );
    expect(standing["merges"]).toMatch(/^ok: .* 10 min old$/);

    const later = hurrying(new FakeClock(world.clock.nowMs() + 3 * 3_600_000));
    later.sleep = async (ms) => {
      await world.openEpoch();
      await later.advance(ms);
    };
    const moving = byCheck(await look(later));
    expect(moving["epochs"]).toMatch(/^ok: they move/);
    expect(moving["merges"]).toMatch(/^warn: .* 3 h old$/);

    const lost = byCheck(await look(hurrying(new FakeClock(world.clock.nowMs() + 6 * 86_400_000))));
    expect(lost["merges"]).toMatch(/^fail/);
  });

  test("knows Amazon Keyspaces", async () => {
    await using guarded = await openBehindGuard(found);
    const { session } = guarded.store;
    const at = { ...options, keyspace: session.keyspace };
    const told = byCheck(
      await Array.fromAsync(examineCluster({ session, options: at, clock: systemClock })),
    );
    expect(told).toMatchObject({
      server: "ok: Amazon Keyspaces, which has no nodes and no settings to look at",
      copies: "ok: three, as always on Keyspaces",
    });
    expect(Object.values(told).every((line) => line.startsWith("ok"))).toBe(true);
    expect(guarded.guard.refused).toEqual([]);
  });
});
