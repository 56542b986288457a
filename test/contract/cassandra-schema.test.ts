/**
 * How the tables of the distributed store come about: from several processes at once, after crashes, and never on a
 * store that is newer.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import cassandra from "cassandra-driver";
import { afterAll, describe, expect, inject, test } from "vitest";

import { isFault } from "../../src/domain/fault.ts";
import { systemClock } from "../../src/server/system-clock.ts";
import type { CassandraOptions } from "../../src/storage/cassandra/connect.ts";
import { createCassandraLockStore } from "../../src/storage/cassandra/lock-store.ts";
import {
  migrate,
  type Migration,
  MIGRATION_STATEMENTS,
  MIGRATIONS,
  SCHEMA_LOCK,
} from "../../src/storage/cassandra/migrations.ts";
import { createKeyspace } from "../../src/storage/cassandra/open-store.ts";
import { intOf, textOf } from "../../src/storage/cassandra/row.ts";
import { openSession, type Session } from "../../src/storage/cassandra/session.ts";
import { statement } from "../../src/storage/cassandra/statement.ts";
import { createLeases, type Leases } from "../../src/storage/lease.ts";
import { newKeyspace } from "../support/cassandra/keyspace.ts";
import { watched } from "../support/cassandra/log-world.ts";

const found = inject("cassandra");
const SCRIPT = fileURLToPath(new URL("../support/cassandra/opening-process.ts", import.meta.url));
const PROCESSES = ["a", "b", "c", "d", "e"];

const table = (name: string) =>
  statement("define", name, `CREATE TABLE IF NOT EXISTS ks.${name} (x int PRIMARY KEY)`);
const FIRST: Migration = { name: "first", changes: [table("one"), table("two")] };
const SECOND: Migration = { name: "second", changes: [table("three")] };

async function openProcess(options: CassandraOptions, name: string): Promise<string> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options), name]);
  const [out, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, "exit")) as [number | null];
  return code === 0 ? await out : `exit ${code}: ${await errors}`;
}

function leasesOver(session: Session, owner: string): Leases {
  let count = 0;
  return createLeases({
    locks: createCassandraLockStore(session),
    clock: systemClock,
    leaseMs: 10_000,
    owner,
    host: "tests",
    newNonce: () => `${owner}${count++}`,
  });
}

async function tablesOf(session: Session): Promise<string[]> {
  const rows = await session.read(MIGRATION_STATEMENTS.tables, [session.keyspace]);
  return rows.map((row) => textOf(row, "table_name")).toSorted();
}

async function stepsOf(session: Session): Promise<[number, string][]> {
  const rows = await session.read(MIGRATION_STATEMENTS.applied, ["argus"]);
  return rows.map((row) => [intOf(row, "version"), textOf(row, "name")]);
}

describe.skipIf("missing" in found)("the schema on a real Cassandra", () => {
  const open = new AsyncDisposableStack();
  afterAll(() => open.disposeAsync());

  /** A keyspace with nothing in it. */
  const emptyKeyspace = async (): Promise<Session> => {
    const options = newKeyspace(found);
    const session = open.use(await openSession({ options, clock: systemClock }));
    await session.define(createKeyspace(options));
    return session;
  };
  const run = (session: Session, steps: readonly Migration[], owner = "me"): Promise<void> =>
    migrate({ session, leases: leasesOver(session, owner), clock: systemClock }, steps);

  test("who loses the lease over a slow definition goes on when it has it again", async () => {
    const session = await emptyKeyspace();
    const leases = leasesOver(session, "slow");
    let losses = 0;
    const losing: Leases = {
      ...leases,
      tryAcquire: async (name) => {
        const lease = await leases.tryAcquire(name);
        // As it is when the first definition took longer than the lease.
        if (lease !== undefined && losses++ === 0) await lease.release();
        return lease;
      },
    };
    await migrate({ session, leases: losing, clock: systemClock }, [FIRST, SECOND]);
    expect([losses, await stepsOf(session)]).toEqual([
      2,
      [
        [1, "first"],
        [2, "second"],
      ],
    ]);
  });

  test("a table that is listed before it can be read is waited for", async () => {
    const session = await emptyKeyspace();
    let refusals = 3;
    const early = watched(session, ({ name }) => {
      if (name !== "applied_migrations" || refusals === 0) return;
      refusals--;
      throw new cassandra.errors.ResponseError(0x22_00, "table schema_migration does not exist");
    });
    await run(early, [FIRST]);
    expect([refusals, await stepsOf(session)]).toEqual([0, [[1, "first"]]]);
  });

  test("five processes that start at once on an empty cluster end with one schema", async () => {
    const options = newKeyspace(found);
    const said = await Promise.all(PROCESSES.map((name) => openProcess(options, name)));
    expect(said).toEqual(PROCESSES.map((name) => `${name} made its record\n`));

    await using session = await openSession({ options, clock: systemClock });
    const wanted = MIGRATIONS.flatMap(({ changes }) => changes.map(({ name }) => name));
    expect(await tablesOf(session)).toEqual([...wanted, "job_lock", "schema_migration"].toSorted());
    expect(await stepsOf(session)).toEqual(MIGRATIONS.map(({ name }, i) => [i + 1, name]));
    const lock = await createCassandraLockStore(session).read(SCHEMA_LOCK);
    expect(lock?.owner).toBe("");
  });

  test.each([0, 1, 2, 3])(
    "a process that dies after %i changes leaves what another finishes",
    async (survived) => {
      const session = await emptyKeyspace();
      await run(session, []);
      let left = survived;
      const dying: Session = {
        ...session,
        define: (change) =>
          left-- > 0 ? session.define(change) : Promise.reject(new Error("died")),
        compareAndSet: (cas, values) =>
          left < 0 ? Promise.reject(new Error("died")) : session.compareAndSet(cas, values),
      };
      const attempt = migrate(
        { session: dying, leases: leasesOver(session, "dead"), clock: systemClock },
        [FIRST, SECOND],
      );
      if (survived < 3) await expect(attempt).rejects.toThrow("died");
      else await attempt;
      await run(session, [FIRST, SECOND]);
      expect(await stepsOf(session)).toEqual([
        [1, "first"],
        [2, "second"],
      ]);
      expect(await tablesOf(session)).toEqual([
        "job_lock",
        "one",
        "schema_migration",
        "three",
        "two",
      ]);
    },
  );

  test("a lease that nobody keeps is taken over, and the schema is made", async () => {
    const session = await emptyKeyspace();
    await run(session, []);
    const locks = createCassandraLockStore(session);
    const row = { fence: 1, beat: 0, owner: "dead", nonce: "n", host: "h", sinceMs: 0 };
    await locks.compareAndSet(SCHEMA_LOCK, undefined, { ...row, leaseMs: 200 });
    await run(session, [FIRST]);
    expect(await stepsOf(session)).toEqual([[1, "first"]]);
    // Taken over once, and released.
    expect(await locks.read(SCHEMA_LOCK)).toMatchObject({ fence: 2, owner: "" });
  });

  test("a newer store is refused, naming both versions, and so is a changed step", async () => {
    const session = await emptyKeyspace();
    await run(session, [FIRST, SECOND]);
    const newer = await run(session, [FIRST]).catch((error: unknown) => error);
    expect(isFault(newer, "conflict") && newer.message).toMatch(/has version 2.*up to 1/);
    const changed = await run(session, [{ ...FIRST, changes: [table("one")] }, SECOND]).catch(
      (error: unknown) => error,
    );
    expect(isFault(changed, "corrupt") && changed.message).toContain("step 1");
  });
});
