/** A server whose Cassandra is not there, goes away, or falls silent: it says so, goes on, and comes back by itself. */
import { spawn } from "node:child_process";
import { randomBytes, randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { CassandraOptions } from "../../src/storage/cassandra/connect.ts";
import { MIGRATION_STATEMENTS, MIGRATIONS } from "../../src/storage/cassandra/migrations.ts";
import { type ApiAnswer, rpc, searchAll, send } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type Link, startLink } from "../support/cassandra/link.ts";
import { settingsOf } from "../support/cassandra/settings-of.ts";
import { type ArgusProcess, bareEnvironment, startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const found = inject("cassandra");
const MAIN = new URL("../../src/server/main.ts", import.meta.url).pathname;

/** An address of its own for what stands between a server and the node. */
function ownAddress(): { host: string; port: number } {
  const [a = 0, b = 0] = randomBytes(2);
  return { host: `127.77.${a}.${b}`, port: 9042 };
}

function addressOf(contactPoint: string): { host: string; port: number } {
  const [host = "", port = ""] = contactPoint.split(":");
  return { host, port: Number(port) };
}

describe.skipIf("missing" in found)("a server whose Cassandra", () => {
  describe("is not there when it starts", () => {
    /** Runs a server to its end. */
    async function run(
      env: Record<string, string>,
    ): Promise<{ code: number | null; errors: string }> {
      const child = spawn(process.execPath, [MAIN, "--listen", "127.0.0.1:0"], {
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...bareEnvironment(), ...env },
      });
      const [errors] = await Promise.all([text(child.stderr), once(child, "exit")]);
      return { code: child.exitCode, errors };
    }

    test.each([
      {
        name: "no node answers",
        change: (settings: Record<string, string>) => ({
          ...settings,
          ARGUS_CASSANDRA_CONTACT_POINTS: "127.77.0.1:9042",
        }),
        says: ["127.77.0.1:9042", "Is Cassandra running", "ARGUS_CASSANDRA_CONTACT_POINTS"],
      },
      {
        name: "the data centre is another one",
        change: (settings: Record<string, string>) => ({
          ...settings,
          ARGUS_CASSANDRA_LOCAL_DC: "east",
        }),
        says: ["ARGUS_CASSANDRA_LOCAL_DC is east", "datacenter1"],
      },
      {
        name: "nobody says how many nodes keep a row of a new keyspace",
        change: (settings: Record<string, string>) => ({
          ...settings,
          ARGUS_CASSANDRA_REPLICATION_FACTOR: "",
        }),
        says: ["there is no keyspace t_", "ARGUS_CASSANDRA_REPLICATION_FACTOR=3"],
      },
    ])("$name", async ({ change, says }) => {
      const { code, errors } = await run(change(settingsOf(newKeyspace(found))));
      expect(code).toBe(1);
      for (const each of says) expect(errors).toContain(each);
    });

    test("its store is newer than the program", async () => {
      const options = newKeyspace(found);
      await using store = await openForTests(options);
      const next = MIGRATIONS.length + 1;
      const mark = ["argus", next, "later", "x", BigInt(0)];
      await store.session.compareAndSet(MIGRATION_STATEMENTS.mark, mark);
      const { code, errors } = await run(settingsOf(options));
      expect(code).toBe(1);
      expect(errors).toContain(
        `has version ${next}, this program knows versions up to ${next - 1}`,
      );
    });
  });

  describe("was there", () => {
    const between = ownAddress();
    let options: CassandraOptions;
    let link: Link;
    /** None when it did not start. */
    let argus: ArgusProcess | undefined;
    const running = (): ArgusProcess => {
      if (argus === undefined) throw new Error("it did not start");
      return argus;
    };
    let secret = "";
    const newLink = (): Promise<Link> =>
      startLink({ from: between, to: addressOf(options.contactPoints[0] ?? "") });

    beforeAll(async () => {
      options = newKeyspace(found);
      link = await newLink();
      const contactPoints = [`${between.host}:${between.port}`];
      argus = await startArgus({ env: settingsOf({ ...options, contactPoints }) });
      ({ secret } = await makeApplication(argus.url, "outage"));
    });
    afterAll(async () => {
      link.mend();
      await argus?.[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    });

    const say = (message: string, batch: string = randomUUIDv7()): Promise<ApiAnswer> => {
      const request = { batch_id: batch, entries: [{ message }] };
      return rpc(running().url, "LogService/SendLogs", request, { token: secret });
    };
    const ask = (): Promise<ApiAnswer> =>
      rpc(running().url, "LogService/Query", { query: "" }, { token: secret });
    const isReady = async (): Promise<boolean> => {
      const answer = await fetch(`${running().url}/readyz`);
      expect(await answer.text()).not.toContain("127.0.0");
      return answer.ok;
    };

    test.each([
      {
        name: "falls silent",
        leave: () => Promise.resolve(link.stall()),
        comeBack: () => Promise.resolve(link.mend()),
      },
      {
        name: "takes no connections",
        leave: () => link[Symbol.asyncDispose](),
        comeBack: async () => void (link = await newLink()),
      },
      {
        // As behind a firewall that has forgotten them.
        name: "forgets every connection",
        leave: () => Promise.resolve(link.forsake()),
        // By itself, over new connections, and at any time.
        comeBack: undefined,
      },
    ])("and $name: callers are told to come back, and are served when it is", async (way) => {
      const [before, refused] = [`${way.name} before`, `${way.name} refused`];
      await send(running().url, secret, [{ message: before }]);
      await way.leave();
      const batch = randomUUIDv7();
      const [, ...answers] = await Promise.all([
        until("it is not ready", async () => !(await isReady())),
        say(refused, batch),
        ask(),
      ]);
      if (way.comeBack !== undefined)
        answers.push(...(await Promise.all([say(refused, batch), ask()])));
      for (const { code, status, headers, text } of answers) {
        expect([code, status]).toEqual(["unavailable", 503]);
        expect(text).not.toContain("127.0.0");
        expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
      }
      expect((await fetch(`${running().url}/healthz`)).status).toBe(200);
      await way.comeBack?.();
      await until("it is ready again", isReady);
      await until("the batch is taken", async () => (await say(refused, batch)).code === "ok");
      const stored = await searchAll(running().url, secret, `"${way.name}"`);
      expect(stored.map(({ message }) => message).toSorted()).toEqual([before, refused]);
      // The first that was told, and the last.
      const told = (): string[] => running().log.filter((line) => line.includes("the store "));
      expect(told()[0]).toContain("the store does not serve");
      await until("it is told", () => told().at(-1)?.includes("the store answers again"));
    });

    test("and is silent when the server is to stop: it stops", async () => {
      link.stall();
      await until("it is not ready", async () => !(await isReady()));
      const { child } = running();
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      expect(await exited).toEqual([0, null]);
    });
  });
});
