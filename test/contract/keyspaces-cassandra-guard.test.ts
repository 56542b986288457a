/**
 * The guard that stands in for Amazon Keyspaces does what Keyspaces does: what it lets through here, it lets through there.
 */
import { randomBytes } from "node:crypto";
import cassandra from "cassandra-driver";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { connect } from "../../src/storage/cassandra/connect.ts";
import { rowsOfPages } from "../../src/storage/cassandra/pages.ts";
import { newKeyspace } from "../support/cassandra/keyspace.ts";
import {
  type KeyspacesGuard,
  type KeyspacesGuardOptions,
  startKeyspacesGuard,
} from "../support/cassandra/keyspaces-guard.ts";

const found = inject("cassandra");
const { consistencies } = cassandra.types;
const TTL = "CUSTOM_PROPERTIES = {'ttl': {'status': 'enabled'}}";
/** @returns the code of the node's error and its text; undefined when there is none. */
async function failureOf(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => undefined,
    (error: { code: number; message: string }) => `${error.code} ${error.message}`,
  );
}

describe.skipIf("missing" in found)("the guard of Keyspaces", () => {
  const open = new AsyncDisposableStack();
  afterAll(() => open.disposeAsync());

  const start = async (own: Partial<KeyspacesGuardOptions> = {}) => {
    const options = newKeyspace(found);
    const guard = open.use(
      await startKeyspacesGuard({
        node: options.contactPoints[0] ?? "",
        localDataCenter: options.localDataCenter,
        seed: 1,
        ...own,
      }),
    );
    const client = await connect({ ...options, contactPoints: [guard.contactPoint] });
    open.defer(() => client.shutdown());
    return { guard, client, ks: options.keyspace };
  };

  /** Asks for the state of a table until it is there. */
  const untilActive = async (client: cassandra.Client, ks: string, table: string) => {
    const states: unknown[] = [];
    while (states.at(-1) !== "ACTIVE") {
      const cql =
        "SELECT status FROM system_schema_mcs.tables WHERE keyspace_name = ? AND table_name = ?";
      const { rows } = await client.execute(cql, [ks, table]);
      states.push(rows[0]?.get("status"));
    }
    return states;
  };
  const createKeyspace = async (client: cassandra.Client, ks: string) => {
    const cql = `CREATE KEYSPACE IF NOT EXISTS ${ks} WITH replication = {'class': 'SingleRegionStrategy'}`;
    await client.execute(cql, [], { prepare: false });
    const find = "SELECT keyspace_name FROM system_schema_mcs.keyspaces WHERE keyspace_name = ?";
    while ((await client.execute(find, [ks])).rows.length === 0);
  };
  const createTable = async (client: cassandra.Client, ks: string, name: string, rest: string) => {
    await client.execute(`CREATE TABLE IF NOT EXISTS ${ks}.${name} ${rest}`, [], {
      prepare: false,
    });
    return untilActive(client, ks, name);
  };

  describe("refuses", () => {
    let guard: KeyspacesGuard;
    let client: cassandra.Client;
    let ks: string;
    beforeAll(async () => {
      ({ guard, client, ks } = await start());
      await createKeyspace(client, ks);
      await createTable(client, ks, "t", "(p text, c text, v blob, PRIMARY KEY (p, c))");
      await createTable(
        client,
        ks,
        "u",
        `(p text PRIMARY KEY, v text) WITH ${TTL} AND gc_grace_seconds = 1`,
      );
    });

    test.each([
      ["SELECT p FROM ks.t WHERE p = 'a' PER PARTITION LIMIT 1", "PER PARTITION LIMIT"],
      ["SELECT count(*) FROM ks.t WHERE p = 'a'", "Aggregates"],
      ["SELECT p FROM ks.t WHERE p = 'a' GROUP BY c", "GROUP BY"],
      ["DELETE FROM ks.t WHERE p IN ('a', 'b')", "IN"],
      ["INSERT INTO ks.t (p, c) VALUES ('a', 'b') USING TIMESTAMP 5", "timestamps"],
      ["INSERT INTO ks.t (p, c) VALUES ('a', 'b') USING TTL 5", "TTL is not yet supported"],
      ["SELECT p FROM ks.nothing WHERE p = 'a'", "unconfigured table"],
      ["CREATE TABLE IF NOT EXISTS ks.w (p text PRIMARY KEY)", "can be prepared"],
    ])("to prepare %s", async (cql, why) => {
      const attempt = client.execute(cql.replace("ks.", `${ks}.`), [], { prepare: true });
      expect(await failureOf(attempt)).toMatch(new RegExp(`^${0x22_00} .*${why}`));
    });

    test.each([
      ["TRUNCATE ks.t", "TRUNCATE"],
      ["CREATE INDEX ON ks.t (v)", "indexes"],
      ["CREATE MATERIALIZED VIEW ks.m AS SELECT p FROM ks.t", "views"],
      ["ALTER TABLE ks.t ADD IF NOT EXISTS w text", "IF"],
      ["BEGIN BATCH DELETE FROM ks.t WHERE p = 'a' APPLY BATCH", "batch"],
      [
        "CREATE KEYSPACE IF NOT EXISTS other WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3}",
        "SingleRegionStrategy",
      ],
    ])("to run %s", async (cql, why) => {
      const attempt = client.execute(cql.replaceAll("ks.", `${ks}.`), [], { prepare: false });
      expect(await failureOf(attempt)).toMatch(new RegExp(`^${0x22_00} .*${why}`));
    });

    test("every consistency but LOCAL_QUORUM for writes, and those of one replica or a quorum for reads", async () => {
      const run = (cql: string, consistency: number, serialConsistency?: number) =>
        client
          .execute(cql, ["a"], {
            prepare: true,
            consistency,
            ...(serialConsistency === undefined ? {} : { serialConsistency }),
          })
          .then(
            () => "done",
            (error: Error) => error.message,
          );
      const read = `SELECT v FROM ${ks}.u WHERE p = ?`;
      const write = `INSERT INTO ${ks}.u (p, v) VALUES (?, 'v')`;
      const cas = `${write} IF NOT EXISTS`;
      expect(await run(read, consistencies.localQuorum)).toBe("done");
      expect(await run(read, consistencies.one)).toBe("done");
      expect(await run(read, consistencies.quorum)).toMatch(/^Consistency level QUORUM is not/);
      expect(await run(read, consistencies.localSerial)).toMatch(/LOCAL_SERIAL is not/);
      expect(await run(write, consistencies.localQuorum)).toBe("done");
      expect(await run(write, consistencies.one)).toMatch(/ONE is not .* LOCAL_QUORUM$/);
      expect(await run(cas, consistencies.localQuorum, consistencies.localSerial)).toBe("done");
      expect(await run(cas, consistencies.localQuorum, consistencies.serial)).toMatch(
        /SERIAL is not/,
      );
    });

    test("times that the driver gives", async () => {
      const attempt = client.execute(`INSERT INTO ${ks}.u (p, v) VALUES (?, ?)`, ["a", "b"], {
        prepare: true,
        timestamp: 5,
      });
      await expect(attempt).rejects.toThrow("Client-side timestamps");
    });

    test("rows beyond a megabyte, and keys beyond theirs", async () => {
      const insert = (p: string, c: string, bytes: number) =>
        client.execute(`INSERT INTO ${ks}.t (p, c, v) VALUES (?, ?, ?)`, [
          p,
          c,
          Buffer.alloc(bytes),
        ]);
      await insert("a", "b", 900_000);
      await expect(insert("a", "b", 1_000_001)).rejects.toThrow("maximum row size");
      await insert("p".repeat(2_048), "c".repeat(850), 1);
      await expect(insert("p".repeat(2_049), "c", 1)).rejects.toThrow("a partition key of 2049");
      await expect(insert("p", "c".repeat(851), 1)).rejects.toThrow("a clustering key of 851");
    });

    test("to delete more than a thousand rows at once", async () => {
      const insert = (p: string, n: number) =>
        Promise.all(
          Array.from({ length: n }, (_, i) =>
            client.execute(`INSERT INTO ${ks}.t (p, c) VALUES (?, ?)`, [p, `${10_000 + i}`]),
          ),
        );
      await insert("many", 1_001);
      const partition = `DELETE FROM ${ks}.t WHERE p = ?`;
      await expect(client.execute(partition, ["many"])).rejects.toThrow(
        "Range delete requests are limited",
      );
      await client.execute(`DELETE FROM ${ks}.t WHERE p = ? AND c < ?`, ["many", "10001"]);
      await client.execute(partition, ["many"]);
      const { rows } = await client.execute(`SELECT c FROM ${ks}.t WHERE p = ?`, ["many"]);
      expect(rows).toEqual([]);
    });

    test("logged batches, conditions in a batch, and more than thirty of one", async () => {
      const insert = { query: `INSERT INTO ${ks}.u (p, v) VALUES (?, ?)`, params: ["b", "c"] };
      const run = (queries: (typeof insert)[], logged = false) =>
        client.batch(queries, { prepare: true, logged });
      await run([insert, insert]);
      await expect(run([insert], true)).rejects.toThrow("Logged batches");
      await expect(run(Array.from({ length: 31 }, () => insert))).rejects.toThrow("31 commands");
      const cas = { ...insert, query: `${insert.query} IF NOT EXISTS` };
      await expect(run([cas])).rejects.toThrow("Only unconditional");
    });

    test("and says what it refused", () => {
      expect(guard.refused.length).toBeGreaterThan(20);
    });
  });

  test("a keyspace and a table are there some time after they were asked for", async () => {
    const { client, ks } = await start();
    const table = `CREATE TABLE IF NOT EXISTS ${ks}.t (p text PRIMARY KEY)`;
    await expect(client.execute(table, [], { prepare: false })).rejects.toThrow(
      "unconfigured keyspace",
    );
    await createKeyspace(client, ks);
    await client.execute(table, [], { prepare: false });
    await expect(client.execute(`SELECT p FROM ${ks}.t WHERE p = ?`, ["a"])).rejects.toThrow(
      `unconfigured table ${ks}.t`,
    );
    expect(await untilActive(client, ks, "t")).toEqual(["CREATING", "ACTIVE"]);
    await client.execute(`INSERT INTO ${ks}.t (p) VALUES (?)`, ["a"]);
    // Asking again for what is there changes nothing.
    await client.execute(table, [], { prepare: false });
    expect((await client.execute(`SELECT p FROM ${ks}.t WHERE p = ?`, ["a"])).rows).toHaveLength(1);
  });

  test("pages are short or empty, and hold every row once and in order", async () => {
    const { guard, client, ks } = await start({ paged: 0.6 });
    await createKeyspace(client, ks);
    await createTable(client, ks, "t", "(p text, c int, PRIMARY KEY (p, c))");
    const want = Array.from({ length: 40 }, (_, c) => c);
    await Promise.all(
      want.map((c) => client.execute(`INSERT INTO ${ks}.t (p, c) VALUES (?, ?)`, ["a", c])),
    );
    for (let run = 0; run < 20; run++) {
      const got = await Array.fromAsync(
        rowsOfPages(async (pageState) => {
          const options = {
            prepare: true,
            fetchSize: 7,
            ...(pageState === undefined ? {} : { pageState }),
          };
          const page = await client.execute(`SELECT c FROM ${ks}.t WHERE p = ?`, ["a"], options);
          return {
            rows: page.rows.map((row) => row.get("c") as number),
            pageState: page.pageState,
          };
        }),
      );
      expect(got).toEqual(want);
    }
    expect(
      Math.min(guard.met.shortPage, guard.met.emptyPage, guard.met.emptyLastPage),
    ).toBeGreaterThan(3);
  });

  test("a throttled write is a timeout, and was done or not; the third try in a row goes through", async () => {
    const { guard, client, ks } = await start({ throttled: 1 });
    await createKeyspace(client, ks);
    await createTable(client, ks, "t", "(p text PRIMARY KEY, v text)");
    const tries = async (cql: string, values: unknown[]): Promise<unknown[]> => {
      const codes: unknown[] = [];
      for (let i = 0; i < 3; i++)
        await client
          .execute(cql, values, {
            prepare: true,
            retry: new cassandra.policies.retry.FallthroughRetryPolicy(),
          })
          .then(
            () => codes.push("done"),
            (error: { code: number; writeType?: string }) =>
              codes.push(error.writeType ?? error.code),
          );
      return codes;
    };
    const key = randomBytes(4).toString("hex");
    const insert = `INSERT INTO ${ks}.t (p, v) VALUES (?, ?)`;
    expect(await tries(insert, [key, "a"])).toEqual(["SIMPLE", "SIMPLE", "done"]);
    expect(await tries(`SELECT v FROM ${ks}.t WHERE p = ?`, [key])).toEqual([
      0x12_00,
      0x12_00,
      "done",
    ]);
    // The first held, which the second shows.
    const cas = [`${key}b`, "b"];
    expect(await tries(`${insert} IF NOT EXISTS`, cas)).toEqual(["CAS", "done", "done"]);
    expect(guard.met.throttled).toBe(5);
  });

  test("a throttled batch holds in part", async () => {
    const { guard, client, ks } = await start({ throttled: 1 });
    await createKeyspace(client, ks);
    await createTable(client, ks, "t", "(p text, c int, PRIMARY KEY (p, c))");
    const counts = new Set<number>();
    for (let run = 0; run < 12; run++) {
      const queries = [0, 1, 2].map((c) => ({
        query: `INSERT INTO ${ks}.t (p, c) VALUES (?, ?)`,
        params: [`${run}`, c],
      }));
      const attempt = client.batch(queries, { prepare: true, logged: false });
      await expect(attempt).rejects.toMatchObject({ code: 0x11_00, writeType: "UNLOGGED_BATCH" });
      const direct = `SELECT c FROM ${ks}.t WHERE p = '${run}'`;
      counts.add((await client.execute(direct, [], { prepare: false })).rows.length);
    }
    expect([...counts].toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(guard.met.halfBatch).toBe(12);
  });
});
