/** A disk that fills, and blocks that rot: nothing is acknowledged that is not stored, and what can be read is answered. */
import { randomUUIDv7 } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type FoundEntry, rpc, search, searchAll, send } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { noise } from "../support/noise.ts";
import { startArgus } from "../support/server-process.ts";
import { seenFrom, smallDisks } from "../support/small-disk.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const HOUR_MS = 3_600_000;

const disks = smallDisks();

test("a disk of any size can be had, so that full ones are tried", () => {
  if ("missing" in disks) console.warn(`full disks were not tried: ${disks.missing}`);
  expect("missing" in disks && process.env["CI"] === "true" ? disks.missing : "").toBe("");
});

// Beside each other and the last test: they wait, and it works.
describe.skipIf("missing" in disks)("a full disk", { concurrent: true, timeout: 240_000 }, () => {
  if ("missing" in disks) return;

  test("refuses intake with a clear error, stores nothing, and takes it again when there is space", async () => {
    await using folder = await tempFolder();
    await using argus = await startArgus({
      data: folder.path,
      under: disks.under(folder.path, "900m"),
    });
    const { url } = argus;
    const { secret } = await makeApplication(url, "full");
    const request = { batch_id: randomUUIDv7(), entries: [{ message: "no room" }] };
    const sent = () => rpc(url, "LogService/SendLogs", request, { token: secret });

    const refused = await sent();
    expect([refused.status, refused.code]).toEqual([503, "unavailable"]);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(refused.body["msg"]).toMatch(/^the server's disk is nearly full: \d+ MiB are free/);
    expect(refused.text).not.toContain(folder.path);
    expect(argus.log.filter((line) => line.includes("nearly full"))).toEqual([
      expect.stringContaining(folder.path),
    ]);
    expect((await search(url, secret, "")).entries).toEqual([]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    disks.resize(argus.pid, folder.path, "3g");
    const taken = await until("the same batch is taken", async () => {
      const answer = await sent();
      return answer.status === 200 ? answer : undefined;
    });
    expect(taken.body).toMatchObject({ accepted: 1, duplicate: false });
    expect((await search(url, secret, "")).entries.map(({ message }) => message)).toEqual([
      "no room",
    ]);
  });

  test("stops merges and nothing else, and they go on when there is space", async () => {
    await using folder = await tempFolder();
    await using argus = await startArgus({
      data: folder.path,
      under: disks.under(folder.path, "3g"),
    });
    const { url, pid } = argus;
    const { secret } = await makeApplication(url, "full");
    const seen = seenFrom(pid, folder.path);
    // Enough to be merged half a minute later, when there is no room for what a merge writes.
    const entries = Array.from({ length: 600 }, (_, n) => ({
      message: noise(`${n}`, 2700),
      attributes: { n },
    }));
    await send(url, secret, entries);
    await disks.fill(pid, folder.path);
    const all = (await searchAll(url, secret, "")).map(({ id }) => id);
    expect(all).toHaveLength(entries.length);
    await until(
      "a merge meets the full disk",
      () => argus.log.some((line) => line.includes("a merge failed, it is tried again")),
      90_000,
    );
    expect(await blockFiles(seen)).toEqual([]);
    expect((await searchAll(url, secret, "")).map(({ id }) => id)).toEqual(all);
    const counted = await search(url, secret, "* | stats count() as n");
    expect(counted.table?.rows).toEqual([[entries.length]]);
    const { status } = await rpc(url, "LogService/SendLogs", { entries: [{}] }, { token: secret });
    expect(status).toBe(503);

    disks.resize(pid, folder.path, "3g");
    await until("it is merged", async () => (await blockFiles(seen)).length > 0, 90_000);
    expect((await searchAll(url, secret, "")).map(({ id }) => id)).toEqual(all);
    await until("intake goes on", async () => {
      const answer = await rpc(
        url,
        "LogService/SendLogs",
        { entries: [{ message: "on" }] },
        { token: secret },
      );
      return answer.status === 200;
    });
  });
});

test.concurrent("a corrupt block file is named in partial_reason, the rest is answered", async () => {
  await using folder = await tempFolder();
  const first = Math.floor(Date.now() / HOUR_MS - 8) * HOUR_MS;
  /** Where each hour's file is damaged, as a share of its length; the last stays whole. */
  const places = [0, 0.5, 1, undefined];
  let secret = "";
  {
    await using argus = await startArgus({ data: folder.path });
    ({ secret } = await makeApplication(argus.url, "rot"));
    for (const [hour] of places.entries()) await sendHour(argus.url, secret, first, hour);
    await until(
      "each hour is merged into a file",
      async () => (await blockFiles(folder.path)).length >= places.length,
      90_000,
    );
    expect(await searchAll(argus.url, secret, "")).toHaveLength(places.length * ENTRIES);
  }
  const files = (await blockFiles(folder.path)).toSorted();
  expect(files).toHaveLength(places.length);
  const damaged = new Set<string>();
  for (const [i, place] of places.entries()) {
    const file = files[i];
    if (place === undefined || file === undefined) continue;
    const bytes = readFileSync(file);
    const at = Math.min(bytes.length - 1, Math.floor(bytes.length * place));
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
    damaged.add(file.slice(file.lastIndexOf("/") + 1));
  }
  await using argus = await startArgus({ data: folder.path });
  const found: FoundEntry[] = [];
  let reasons = "";
  let cursor = "";
  do {
    const page = await search(argus.url, secret, "", { limit: 10_000, cursor });
    found.push(...page.entries);
    reasons += page.partial_reason;
    cursor = page.next_cursor;
  } while (cursor !== "");
  for (const name of damaged) expect(reasons).toContain(name);
  const whole = Map.groupBy(found, ({ attributes }) => attributes?.["hour"]);
  expect([...whole.values()].some((entries) => entries.length === ENTRIES)).toBe(true);
  // What is answered of a damaged file is right: each entry once, none made up.
  const seen = new Set(
    found.map(({ attributes }) => `${String(attributes?.["hour"])} ${String(attributes?.["n"])}`),
  );
  expect(seen.size).toBe(found.length);

  // A count needs no block: the manifests say it, and they are whole.
  const counted = await search(argus.url, secret, "* | stats count() as n");
  expect(counted.table?.rows).toEqual([[places.length * ENTRIES]]);
  const read = await search(argus.url, secret, "message:* | stats max(n) as n by hour");
  expect([read.partial, read.partial_reason]).toEqual([true, expect.any(String)]);
  for (const method of ["GetHistogram", "ListFields"]) {
    const { status } = await rpc(argus.url, `LogService/${method}`, {}, { token: secret });
    expect([method, status]).toEqual([method, 200]);
  }
  await send(argus.url, secret, [{ message: "still taken" }]);
  expect((await search(argus.url, secret, '"still taken"')).entries).toHaveLength(1);
}, 240_000);

const ENTRIES = 3500;

/** Above 8 MiB of what does not compress, so that the hour is merged at once and into a file. */
async function sendHour(url: string, key: string, first: number, hour: number): Promise<void> {
  const entries = Array.from({ length: ENTRIES }, (_, n) => ({
    time: new Date(first + hour * HOUR_MS + n * 100).toISOString(),
    message: noise(`${hour} ${n}`, 2700),
    attributes: { hour, n },
  }));
  await send(url, key, entries);
}

async function blockFiles(data: string): Promise<string[]> {
  const folder = join(data, "blocks");
  if (!existsSync(folder)) return [];
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}
