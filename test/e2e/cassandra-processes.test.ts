/** Several servers as processes of their own on one keyspace: any of them takes any request. */
import { randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { MIGRATIONS } from "../../src/storage/cassandra/migrations.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { Row } from "../../src/storage/cassandra/row.ts";
import { statement } from "../../src/storage/cassandra/statement.ts";
import { rpc, searchAll, send, trySend } from "../support/api-calls.ts";
import { call, makeApplication, ownerToken } from "../support/api-setup.ts";
import { type FaultyProxy, startFaultyProxy } from "../support/cassandra/faulty-proxy.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { settingsOf } from "../support/cassandra/settings-of.ts";
import { followTail } from "../support/follow-tail.ts";
import { noise } from "../support/noise.ts";
import { freezeBusy, type FrozenServer } from "../support/frozen-server.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const found = inject("cassandra");
const AT_ONCE = 5;
/** Incompressible, so that its rows are due for a merge as soon as their epoch is closed. */
const LARGE = Array.from({ length: 12 }, (_, n) => ({
  message: `large ${n}`,
  service: "large",
  attributes: Object.fromEntries(
    Array.from({ length: 12 }, (__, i) => [`noise${i}`, noise(`${n}/${i}`, 45_000)]),
  ),
}));

describe.skipIf("missing" in found)("servers on one keyspace", () => {
  let argus: readonly ArgusProcess[] = [];
  let store: CassandraStore | undefined;
  let proxy: FaultyProxy;
  let owner = "";
  let app: { id: string; secret: string };
  let frozen:
    | (FrozenServer & { readonly server: ArgusProcess; readonly epoch: bigint })
    | undefined;
  const large = randomUUIDv7();
  const url = (n: number): string => argus[n]?.url ?? "";

  beforeAll(async () => {
    const options = newKeyspace(found);
    proxy = await startFaultyProxy(options.contactPoints[0] ?? "");
    const contactPoints = [proxy.contactPoint];
    const starts = Array.from({ length: AT_ONCE }, (_, n) =>
      // The last one is stopped when its store answers in a certain way.
      startArgus({ env: settingsOf(n < AT_ONCE - 1 ? options : { ...options, contactPoints }) }),
    );
    const started = await Promise.allSettled(starts);
    argus = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    // The first that failed, if any did.
    await Promise.all(starts);
    store = await openForTests(options);
    owner = await ownerToken(url(0));
    app = await makeApplication(url(0), "shared", owner);
  });
  afterAll(async () => {
    // One that stands still does not hear that it is to end.
    frozen?.server.child.kill("SIGCONT");
    await frozen?.server[Symbol.asyncDispose]();
    await Promise.all(argus.map((one) => one[Symbol.asyncDispose]()));
    await store?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
  });

  const read = async (cql: string): Promise<readonly Row[]> =>
    (await store?.session.read(statement("read", "look", cql), [])) ?? [];

  const epochNow = async (): Promise<bigint> =>
    ((await read("SELECT epoch FROM ks.log_epoch"))[0]?.get("epoch") as bigint | undefined) ?? -1n;
  /** Through which epoch something is merged. */
  const mergedThrough = async (): Promise<bigint> => {
    const rows = await read("SELECT through FROM ks.log_manifest");
    return rows.reduce((most, row) => {
      const through = row.get("through") as bigint;
      return through > most ? through : most;
    }, -1n);
  };

  const everywhere = <T>(ask: (url: string) => Promise<T>): Promise<T[]> =>
    Promise.all(argus.map((one) => ask(one.url)));
  const messagesAt = async (at: string, query: string): Promise<string[]> =>
    (await searchAll(at, app.secret, query)).map(({ message }) => message).toSorted();

  test("those that started at once on an empty keyspace made one schema and one owner", async () => {
    const steps = await read("SELECT version FROM ks.schema_migration");
    expect(steps).toHaveLength(MIGRATIONS.length);
    const records = await read("SELECT name, value FROM ks.record");
    const named = (name: string): unknown[] =>
      records.filter((row) => row.get("name") === name).map((row) => row.get("value") as unknown);
    // Where one was overtaken, its user was never made.
    const users = named("user").filter((value) => !String(value).includes('"abandoned":true'));
    expect([users, named("user_email"), named("signing_key")].map(({ length }) => length)).toEqual([
      1, 1, 1,
    ]);
    // Whoever signed the token, all take it.
    const me = await everywhere((at) => rpc(at, "AuthService/GetMe", {}, { token: owner }));
    expect(me.map(({ code }) => code)).toEqual(argus.map(() => "ok"));
    // Fewer are enough for the rest, and one stands still from here on. First of all: until an epoch is closed takes
    // half a minute.
    const [spare, still] = argus.slice(-2);
    if (spare === undefined || still === undefined) throw new Error("there are not so many");
    argus = argus.slice(0, -2);
    frozen = {
      server: still,
      ...(await freezeBusy(still, app.secret, proxy)),
      epoch: await epochNow(),
    };
    await send(url(0), app.secret, LARGE, large);
    await send(url(1), app.secret, LARGE, large);
    await spare[Symbol.asyncDispose]();
    expect(spare.child.exitCode).toBe(0);
  });

  test("what any of them takes, every one finds at once", async () => {
    const sent = argus.map((_, n) => `said at ${n}`);
    await Promise.all(sent.map((message, n) => send(url(n), app.secret, [{ message }])));
    const all = await everywhere((at) => messagesAt(at, "said"));
    expect(all).toEqual(argus.map(() => sent));
  });

  test("a tail at one shows what another took, and begins with nothing from before", async () => {
    await send(url(0), app.secret, [{ message: "tail before" }]);
    await using tail = await followTail({ url: url(1), secret: app.secret, query: "tail" });
    await send(url(2), app.secret, [{ message: "tail after" }]);
    await until("it is shown", () => tail.messages.length > 0);
    expect(tail.messages).toEqual(["tail after"]);
  });

  test("a ticket that one of them made downloads once, from whichever", async () => {
    await send(url(0), app.secret, [{ message: "exported" }]);
    const made = await fetch(`${url(0)}/api/v1/export/ticket`, {
      method: "POST",
      body: new URLSearchParams({ application_id: app.id, query: "exported", fields: "message" }),
      headers: { Authorization: `Bearer ${owner}` },
    });
    const { ticket } = (await made.json()) as { ticket: string };
    const answers = await everywhere((at) => fetch(`${at}/api/v1/export?ticket=${ticket}`));
    const given = answers.filter(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(argus.length - 1);
    expect(given).toHaveLength(1);
    expect(await given[0]?.text()).toMatch(/^\{"message":"exported"\}\n\{"complete":true,/);
  });

  test("a key that is revoked, or whose application is deleted, at one is refused at all", async () => {
    const doomed = await makeApplication(url(0), "doomed", owner);
    const made = await call<{ api_key: { id: string }; secret: string }>(
      url(1),
      "ApplicationService/CreateApiKey",
      { application_id: app.id, name: "short", scopes: ["SCOPE_READ"] },
      owner,
    );
    const codes = (token: string): Promise<string[]> =>
      everywhere(async (at) => (await rpc(at, "LogService/Query", { query: "" }, { token })).code);
    for (const secret of [made.secret, doomed.secret])
      expect(await codes(secret)).toEqual(argus.map(() => "ok"));
    await call(url(2), "ApplicationService/RevokeApiKey", { api_key_id: made.api_key.id }, owner);
    const name = { application_id: doomed.id, confirm_name: "doomed" };
    await call(url(2), "ApplicationService/DeleteApplication", name, owner);
    const refused = argus.map(() => "unauthenticated");
    for (const secret of [made.secret, doomed.secret])
      await until("it is refused everywhere", async () =>
        (await codes(secret)).every((code, n) => code === refused[n]),
      );
  });

  test("one that stops loses nothing, and the others go on", async () => {
    const [leaving] = argus.slice(-1);
    if (leaving === undefined) throw new Error("there is none");
    argus = argus.slice(0, -1);
    /** Each acknowledged, by whichever. */
    const sent: string[] = [];
    const exited = once(leaving.child, "exit");
    let hasLeft = false;
    /** Sends to one process, and what that leaves open at another one. */
    const sendTo = async (at: string, name: string): Promise<void> => {
      for (let n = 0; !hasLeft; n++) {
        const message = `stop ${name} ${n}`;
        const batch = { batch_id: randomUUIDv7(), entries: [{ message }] };
        let isTaken = await trySend(at, app.secret, batch);
        const isOpen = !isTaken;
        while (!isTaken) isTaken = await trySend(url(0), app.secret, batch);
        sent.push(message);
        if (isOpen && at === leaving.url) return;
      }
    };
    const sending = Promise.all([
      ...argus.map((one, n) => sendTo(one.url, String(n))),
      sendTo(leaving.url, "leaving"),
    ]);
    await until("all have begun", () => sent.length > 2 * AT_ONCE);
    leaving.child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
    hasLeft = true;
    await sending;
    expect(await messagesAt(url(0), "stop")).toEqual(sent.toSorted());
  });

  test("a batch that is sent again elsewhere is stored once, also when it was merged meanwhile", async () => {
    const all = argus.map(() => LARGE.map(({ message }) => message).toSorted());
    const ofLarge = (): Promise<string[][]> => everywhere((at) => messagesAt(at, "service:large"));
    expect(await ofLarge()).toEqual(all);
    await until(
      "it is merged",
      async () => (await read("SELECT version FROM ks.log_manifest")).length > 0,
      60_000,
    );
    expect(await ofLarge()).toEqual(all);
    await send(url(1), app.secret, LARGE, large);
    expect(await ofLarge()).toEqual(all);
  });

  test("one that stood still past its trust has acknowledged nothing that is not there", async () => {
    if (frozen === undefined) throw new Error("none stands still");
    const { epoch, server } = frozen;
    let again: string | undefined;
    await until(
      "what it had under way when it stopped would be too late",
      async () => {
        const through = await mergedThrough();
        // Another process may have been an epoch behind with the first.
        if (through >= 0n && through < epoch && again === undefined) {
          again = randomUUIDv7();
          await send(url(0), app.secret, [...LARGE, ...LARGE], again);
        }
        return through >= epoch;
      },
      90_000,
    );
    const acknowledged = await frozen.thaw();
    expect(await messagesAt(url(0), "frozen")).toEqual([...acknowledged].toSorted());
    await server[Symbol.asyncDispose]();
    expect(server.child.exitCode).toBe(0);
  });
});
