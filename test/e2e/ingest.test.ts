/** What is sent to a real server, in every form, and what is found of it. */
import { randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS } from "../../src/domain/limits.ts";
import { ndjson, rpc, search, searchAll, send } from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { flattened, loggedEntries, recordedBodies } from "../support/client-cases.ts";
import { noise } from "../support/noise.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let folder: TempFolder;
let argus: ArgusProcess;
let owner = "";
let key = "";

beforeAll(async () => {
  folder = await tempFolder();
  argus = await startArgus({ data: folder.path });
  owner = await ownerToken(argus.url);
  key = (await makeApplication(argus.url, "ingest", owner)).secret;
});
afterAll(async () => {
  await argus[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const messages = async (query: string): Promise<string[]> =>
  (await searchAll(argus.url, key, query, { ascending: true })).map(({ message }) => message);

test.each([
  { form: "lines", body: '{"message":"form lines 1"}\n{"message":"form lines 2"}\n' },
  { form: "array", body: '[{"message":"form array 1"},\n{"message":"form array 2"}]' },
  { form: "object", body: '{"message":"form object 1"}' },
])("NDJSON takes $form, with service and host from the address", async ({ form, body }) => {
  const { status, body: answer } = await ndjson(argus.url, body, {
    token: key,
    search: "?service=svc&host=box",
  });
  const count = body.split("form").length - 1;
  expect([status, answer]).toEqual([
    200,
    expect.objectContaining({ accepted: count, duplicate: false, rejected: [] }),
  ]);
  const found = await searchAll(argus.url, key, `"form ${form}"`);
  expect(found.map(({ service, host }) => [service, host])).toEqual(
    Array.from({ length: count }, () => ["svc", "box"]),
  );
});

test("plain text takes its times from the lines when asked", async () => {
  const stamp = new Date(Date.now() - 600_000).toISOString();
  const text = `${stamp} stamped line\nline without a stamp\n`;
  const { body } = await ndjson(argus.url, text, {
    token: key,
    search: "?time=line",
    headers: { "Content-Type": "text/plain" },
  });
  expect(body).toMatchObject({ accepted: 2 });
  const [stamped] = await searchAll(argus.url, key, '"stamped line"');
  expect(Date.parse(stamped?.time ?? "")).toBe(Date.parse(stamp));
  expect(await searchAll(argus.url, key, '"line without a stamp"')).toHaveLength(1);
});

test.each([
  { name: "ndjson-pino-20", type: "application/x-ndjson" },
  { name: "slogjson-20", type: "application/x-ndjson" },
  { name: "winston-http-batch-20", type: "application/json" },
])("what $name recorded is found as it was logged", async ({ name, type }) => {
  const { id, secret } = await makeApplication(argus.url, name, owner);
  // As old as the recording is, it must not be too old.
  await rpc(
    argus.url,
    "ApplicationService/UpdateApplication",
    { application_id: id, retention_days: 0 },
    { token: owner },
  );
  for (const body of recordedBodies(name)) {
    const sent = () =>
      ndjson(argus.url, Uint8Array.from(body), {
        token: secret,
        headers: { "Content-Type": type },
      });
    expect((await sent()).body).toMatchObject({ rejected: [], duplicate: false });
    // The same bytes again are the same batch: their times name it.
    expect((await sent()).body).toMatchObject({ duplicate: true });
  }
  const found = await searchAll(argus.url, secret, "", { start_time: "2000-01-01T00:00:00Z" });
  const logged = loggedEntries();
  expect(found.map(({ message }) => message).toSorted()).toEqual(
    logged.map(({ message }) => message).toSorted(),
  );
  const byNumber = new Map(found.map((entry) => [Number(entry.attributes?.["n"]), entry]));
  for (const { n, level, attrs } of logged) {
    const entry = byNumber.get(n);
    expect([n, entry?.level]).toEqual([n, `LEVEL_${level.toUpperCase()}`]);
    const names = Object.keys(flattened(attrs));
    const own = Object.keys(entry?.attributes ?? {});
    expect(names.filter((one) => !own.some((is) => is === one || is.endsWith(`.${one}`)))).toEqual(
      [],
    );
  }
});

test("a batch is stored once: sent again, at once, after a restart and after a merge", async () => {
  const batch = randomUUIDv7();
  const again = (): ReturnType<typeof ndjson> =>
    ndjson(argus.url, '{"message":"only once"}\n', {
      token: key,
      headers: { "Idempotency-Key": batch },
    });
  const twice = await Promise.all([again(), again()]);
  expect(twice.filter(({ body }) => body["duplicate"] === true)).toHaveLength(1);
  expect(twice[0].body["batch_id"]).toBe(batch);

  const exited = once(argus.child, "exit");
  argus.child.kill("SIGKILL");
  await exited;
  argus = await startArgus({ data: folder.path });
  expect((await again()).body).toMatchObject({ duplicate: true });

  // 8 MiB of one hour make a merge due at once.
  const time = new Date(Number.parseInt(batch.replace("-", "").slice(0, 12), 16)).toISOString();
  const fillers = Array.from({ length: 3500 }, (_, n) => ({
    time,
    message: `filler ${n}`,
    attributes: { noise: noise(`${n}`, 2700) },
  }));
  await send(argus.url, key, fillers);
  await until("the rows are merged", isMerged);
  expect((await again()).body).toMatchObject({ duplicate: true });
  expect(await messages('"only once"')).toEqual(["only once"]);
  expect(await fillerRows()).toEqual([[3500]]);
});

const fillerRows = async (): Promise<unknown> =>
  (await search(argus.url, key, "filler | stats count()")).table?.rows;

/** Asks the store itself: nothing in an answer tells a merged row from another, and nothing should. */
function isMerged(): boolean {
  if (!existsSync(join(folder.path, "argus.db"))) return false;
  const db = new DatabaseSync(join(folder.path, "argus.db"), { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const manifest = tables.map(({ name }) => String(name)).find((name) => /manifest/.test(name));
    if (manifest === undefined) throw new Error(`no table of manifests: ${JSON.stringify(tables)}`);
    const row = db.prepare(`SELECT count(*) AS n FROM ${manifest}`).get();
    return Number(row?.["n"]) > 0;
  } finally {
    db.close();
  }
}

test("some entries refused: the others are stored, each refusal has its place and reason", async () => {
  const old = new Date(Date.now() - 400 * 86_400_000).toISOString();
  const entries = [{ message: "part 0" }, { message: "part 1", time: old }, { message: "part 2" }];
  const { status, body } = await rpc(
    argus.url,
    "LogService/SendLogs",
    { batch_id: randomUUIDv7(), entries },
    { token: key },
  );
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({
      accepted: 2,
      rejected: [{ index: 1, reason: expect.stringMatching(/old|retention/) as unknown }],
    }),
  ]);
  expect(await messages("part")).toEqual(["part 0", "part 2"]);
});

test("a repeated batch with refused entries, named ahead of its time, harms no other application", async () => {
  const other = (await makeApplication(argus.url, "neighbour", owner)).secret;
  const old = new Date(Date.now() - 400 * 86_400_000).toISOString();
  const time = new Date().toISOString();
  const ahead = (Date.now() + 300_000).toString(16).padStart(12, "0");
  const batch = `${ahead.slice(0, 8)}-${ahead.slice(8)}-7000-8000-000000000001`;
  const entries = [
    { message: "ahead 0", time },
    { message: "ahead 1", time: old },
  ];
  const again = (): ReturnType<typeof rpc> =>
    rpc(argus.url, "LogService/SendLogs", { batch_id: batch, entries }, { token: key });
  expect((await again()).body).toMatchObject({ accepted: 1 });
  const rounds = Array.from({ length: 20 }, async (_, n) => {
    const neighbour = { entries: [{ message: `beside ${n}` }] };
    return (
      await Promise.all([
        again(),
        rpc(argus.url, "LogService/SendLogs", neighbour, { token: other }),
        rpc(argus.url, "LogService/SendLogs", neighbour, { token: key }),
      ])
    ).map(({ status, body }) => [status, body["accepted"]]);
  });
  for (const answers of await Promise.all(rounds))
    expect(answers).toEqual([
      [200, 1],
      [200, 1],
      [200, 1],
    ]);
  expect(await messages("ahead")).toEqual(["ahead 0"]);
  expect(await searchAll(argus.url, other, "beside")).toHaveLength(20);
});

test("entries without a time take the batch's plus their place, one from the future the batch's, and keeps what it said", async () => {
  const batch = randomUUIDv7();
  const batchMs = Number.parseInt(batch.replace("-", "").slice(0, 12), 16);
  const future = new Date(batchMs + 5 * 86_400_000).toISOString();
  await send(
    argus.url,
    key,
    [{ message: "timeless 0" }, { message: "timeless 1" }, { message: "timeless 2", time: future }],
    batch,
  );
  const found = await searchAll(argus.url, key, "timeless", { ascending: true });
  expect(found.map(({ message }) => message)).toEqual(["timeless 0", "timeless 2", "timeless 1"]);
  expect(found.map(({ id }) => id)).toEqual(
    [
      [0n, 0],
      [0n, 2],
      [1n, 1],
    ].map(([nanos, n]) => `${BigInt(batchMs) * 1_000_000n + BigInt(nanos ?? 0)}.${batch}.${n}`),
  );
  expect(Date.parse(String(found[1]?.attributes?.["time_original"]))).toBe(Date.parse(future));
});

test("an unknown level is info and its word is kept", async () => {
  await ndjson(argus.url, '{"message":"levelled","level":"verbose!"}\n', { token: key });
  const [entry] = await searchAll(argus.url, key, "levelled");
  expect([entry?.level, entry?.attributes]).toEqual(["LEVEL_INFO", { level_original: "verbose!" }]);
});

test("what is over a limit is cut, named in `truncated` and found by it", async () => {
  const long = "z".repeat(LIMITS.attributeValueBytes + 1);
  const { body } = await ndjson(argus.url, `{"message":"overlong","blob":"${long}"}\n`, {
    token: key,
  });
  expect(body).toMatchObject({ accepted: 1, rejected: [] });
  const [entry] = (await search(argus.url, key, "overlong")).entries;
  expect(entry?.truncated).toEqual(["blob"]);
  expect(String(entry?.attributes?.["blob"])).toHaveLength(LIMITS.attributeValueBytes);
});

test("a merged block is read as the rows before it were", async () => {
  const before = await search(argus.url, key, "filler | fields message", { limit: 10_000 });
  expect(before.table?.rows).toHaveLength(3500);
  const exited = once(argus.child, "exit");
  argus.child.kill("SIGTERM");
  await exited;
  expect(readdirSync(folder.path)).toContain("argus.db");
  argus = await startArgus({ data: folder.path });
  const after = await search(argus.url, key, "filler | fields message", { limit: 10_000 });
  expect(after.table?.rows).toEqual(before.table?.rows);
});
