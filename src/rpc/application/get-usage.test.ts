import { expect, test } from "vitest";
import { accountsRig } from "../../../test/support/accounts-rig.ts";
import { parseAppId } from "../../domain/ids.ts";
import type { StoredUsage } from "../../storage/log-store.ts";
import { DAY_MS } from "../../domain/time-range.ts";

const iso = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");

async function world(stored?: StoredUsage) {
  const rig = await accountsRig(stored === undefined ? {} : { stored });
  const owner = await rig.signInOwner();
  const headers = { Authorization: `Bearer ${owner.accessToken}` };
  const app = await rig.accounts.applications.create({ name: "shop", title: "" }, owner.user.id);
  const usage = (more: object = {}) =>
    rig.call("ApplicationService/GetUsage", { application_id: app.id, ...more }, headers);
  return { ...rig, app, usage };
}

test("an application that never sent anything uses nothing", async () => {
  const { usage } = await world();
  expect((await usage()).json).toEqual({
    days: [],
    stored_entries: "0",
    stored_bytes: "0",
    oldest_entry_time: null,
    newest_entry_time: null,
    next_deletion_time: null,
  });
});

test("what was sent is told by day, and what is stored with when it goes", async () => {
  // Half past an hour: the hour goes whole.
  const oldestMs = Date.UTC(2026, 10, 20, 3, 30);
  const { usage, accounts, app, clock } = await world({
    rows: 7,
    sizeBytes: 1_234,
    minTimeNanos: BigInt(oldestMs) * 1_000_000n,
    maxTimeNanos: BigInt(oldestMs + 1_000) * 1_000_000n + 5n,
  });
  const todayMs = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS;
  accounts.usage.add(app.id, 3, 300);
  expect((await usage()).json).toEqual({
    days: [{ day: iso(todayMs), entries: "3", bytes: "300" }],
    stored_entries: "7",
    stored_bytes: "1234",
    oldest_entry_time: iso(oldestMs),
    newest_entry_time: "2026-11-20T03:30:01.000000005Z",
    next_deletion_time: iso(Date.UTC(2026, 10, 20, 4) + 30 * DAY_MS),
  });
  await accounts.applications.update(app.id, { retentionDays: 0 });
  expect((await usage()).json).toMatchObject({ next_deletion_time: null });
  // Overdue: as soon as may be.
  await accounts.applications.update(app.id, { retentionDays: 1 });
  await clock.advance(60_000);
  expect((await usage()).json).toMatchObject({
    next_deletion_time: iso(Math.max(clock.nowMs(), Date.UTC(2026, 10, 20, 4) + DAY_MS)),
  });
});

test("an hour whose end was fixed when it began goes then, however long the retention is now", async () => {
  const oldestMs = Date.UTC(2026, 10, 20, 3, 30);
  const expiresMs = Date.UTC(2026, 11, 1, 4);
  const { usage, accounts, app } = await world({
    rows: 1,
    sizeBytes: 1,
    minTimeNanos: BigInt(oldestMs) * 1_000_000n,
    maxTimeNanos: BigInt(oldestMs) * 1_000_000n,
    expiresMs,
  });
  for (const { retentionDays, goesMs } of [
    { retentionDays: 90, goesMs: expiresMs },
    { retentionDays: 0, goesMs: expiresMs },
    { retentionDays: 7, goesMs: Date.UTC(2026, 10, 27, 4) },
  ]) {
    await accounts.applications.update(app.id, { retentionDays });
    expect((await usage()).json).toMatchObject({ next_deletion_time: iso(goesMs) });
  }
});

test("as many days are told as asked for", async () => {
  const { usage, accounts, app, clock } = await world();
  accounts.usage.add(app.id, 1, 1);
  await clock.advance(10 * 60_000);
  expect((await usage({ days: 1 })).json["days"]).toHaveLength(1);
  expect((await usage({ days: 366 })).code).toBe("ok");
  expect((await usage({ days: 367 })).code).toBe("invalid_argument");
});

test("a key that reads is told of its own application", async () => {
  const { call, accounts, app } = await world();
  accounts.usage.add(parseAppId(app.id), 1, 1);
  const { secret } = await accounts.apiKeys.create({
    appId: app.id,
    name: "k",
    scopes: ["read"],
    expiresAtMs: null,
  });
  const answer = await call(
    "ApplicationService/GetUsage",
    {},
    { Authorization: `Bearer ${secret}` },
  );
  expect(answer.json["days"]).toHaveLength(1);
});
