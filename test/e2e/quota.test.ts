/** Quotas and usage on the running server. */
import { randomUUIDv7 } from "node:crypto";
import { expect, test } from "vitest";
import { ndjson, rpc } from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { startArgus } from "../support/server-process.ts";

const entries = (n: number): object[] =>
  Array.from({ length: n }, (_, i) => ({ message: `entry ${i}` }));

test("what is beyond the quota is refused with Retry-After, by every way in, and counted by none", async () => {
  await using argus = await startArgus();
  const { url } = argus;
  const owner = await ownerToken(url);
  const { id: application_id, secret: token } = await makeApplication(url, "shop", owner);
  const other = await makeApplication(url, "other", owner);
  const quota = async (entries_per_second: number, bytes_per_day: number): Promise<void> => {
    const request = { application_id, quota: { entries_per_second, bytes_per_day } };
    const answer = await rpc(url, "ApplicationService/UpdateApplication", request, {
      token: owner,
    });
    expect(answer.code).toBe("ok");
  };
  const sendLogs = (n: number, by = token) =>
    rpc(url, "LogService/SendLogs", { entries: entries(n) }, { token: by });

  // The first batch may go beyond: 1,000 entries are 900 too many, which run off in 90 s and more.
  await quota(10, 0);
  expect((await sendLogs(1_000)).code).toBe("ok");
  const refused = await sendLogs(1);
  expect(refused).toMatchObject({ code: "resource_exhausted", status: 429 });
  const retryAfter = Number(refused.headers.get("retry-after"));
  expect(retryAfter).toBeGreaterThan(60);
  expect(retryAfter).toBeLessThan(120);
  expect((await ndjson(url, '{"message":"x"}', { token })).status).toBe(429);
  expect((await sendLogs(1, other.secret)).code).toBe("ok");

  await quota(0, 100);
  const full = await sendLogs(1);
  expect(full).toMatchObject({ code: "resource_exhausted" });
  expect(full.body["msg"]).toContain("bytes today");

  await quota(0, 0);
  expect((await sendLogs(1)).code).toBe("ok");
  const batch_id = randomUUIDv7();
  const twice = { batch_id, entries: entries(2) };
  for (let i = 0; i < 2; i++) {
    expect((await rpc(url, "LogService/SendLogs", twice, { token })).code).toBe("ok");
  }
  const usage = await rpc(url, "ApplicationService/GetUsage", {}, { token });
  expect(usage.body).toMatchObject({ stored_entries: "1003" });
  const days = usage.body["days"] as { entries: string; bytes: string }[];
  // Two days when midnight fell in between.
  expect(days.reduce((sum, day) => sum + Number(day.entries), 0)).toBe(1_003);
  expect(days.reduce((sum, day) => sum + Number(day.bytes), 0)).toBeGreaterThan(1_003 * 10);
});
