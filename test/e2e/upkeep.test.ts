/** What keeps a real server's store fit, as far as it is seen from outside. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, makeApplication, ownerToken } from "../support/api-setup.ts";
import { ndjson } from "../support/api-calls.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";
import { DAY_MS } from "../../src/domain/time-range.ts";

const HOUR_MS = 3_600_000;

let argus: ArgusProcess;
let owner = "";

beforeAll(async () => {
  argus = await startArgus();
  owner = await ownerToken(argus.url);
});
afterAll(() => argus[Symbol.asyncDispose]());

const sendAt = async (token: string, message: string, timeMs: number): Promise<void> => {
  const line = JSON.stringify({ message, time: new Date(timeMs).toISOString() });
  const { status } = await ndjson(argus.url, `${line}\n`, { token });
  if (status !== 200) throw new Error(`sending was answered ${status}`);
};

test("blocks that wait to be merged are in the metrics", async () => {
  const { secret } = await makeApplication(argus.url, "waiting", owner);
  await sendAt(secret, "alone", Date.now());
  const figure = async (name: string): Promise<number> => {
    const text = await (await fetch(`${argus.url}/metrics`)).text();
    return Number(new RegExp(`^argus_merge_${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  await until("a block waits", async () => (await figure("waiting_blocks")) > 0);
  expect(await figure("waiting_bytes")).toBeGreaterThan(0);
  expect(await figure("full_applications")).toBe(0);
});

test("a shorter retention holds at once, and GetUsage tells the next deletion", async () => {
  const { id, secret } = await makeApplication(argus.url, "shorter", owner);
  const oldMs = Date.now() - 3 * DAY_MS;
  await sendAt(secret, "old", oldMs);
  await sendAt(secret, "new", Date.now());
  const usage = () =>
    call<{ stored_entries: string; next_deletion_time: string }>(
      argus.url,
      "ApplicationService/GetUsage",
      { application_id: id },
      owner,
    );
  const goesMs = (Math.floor(oldMs / HOUR_MS) + 1) * HOUR_MS + 30 * DAY_MS;
  const before = await usage();
  expect(before.stored_entries).toBe("2");
  expect(Date.parse(before.next_deletion_time)).toBe(goesMs);
  const change = { application_id: id, retention_days: 1 };
  await call(argus.url, "ApplicationService/UpdateApplication", change, owner);
  const after = await usage();
  expect(after.stored_entries).toBe("1");
  expect(Date.parse(after.next_deletion_time)).toBeGreaterThan(Date.now());
});
