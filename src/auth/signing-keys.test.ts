import { onTestFinished, expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { DAY_MS } from "../domain/time-range.ts";

async function store() {
  const clock = new FakeClock();
  const { records, ...opened } = await openSqliteStore({ folder: ":memory:", clock });
  onTestFinished(() => opened[Symbol.asyncDispose]());
  return { clock, records, process: () => createSigningKeys({ records, clock }) };
}

test("processes that start at once sign with one key, and each verifies the other's", async () => {
  const { process } = await store();
  const processes = [process(), process(), process()];
  const kids = await Promise.all(processes.map(async (keys) => (await keys.current()).kid));
  expect(new Set(kids).size).toBe(1);
  for (const keys of processes) expect(await keys.verifier(kids[0] ?? "")).toBeDefined();
});

test("a new key after 30 days; the old one verifies until its last token has ended", async () => {
  const { process, clock } = await store();
  const [first, second] = [process(), process()];
  const old = (await first.current()).kid;
  await clock.advance(30 * DAY_MS - 1);
  expect((await first.current()).kid).toBe(old);
  await clock.advance(1);
  const young = (await first.current()).kid;
  expect(young).not.toBe(old);
  // Another process has not looked since; it finds the new key when it meets it.
  expect(await second.verifier(young)).toBeDefined();
  expect(await second.verifier(old)).toBeDefined();
  expect((await second.current()).kid).toBe(young);
  expect((await second.jwks()).keys.map((key) => key.kid)).toEqual([young, old]);

  // A token of 15 minutes, signed by a process that looked 5 minutes ago.
  await clock.advance(20 * 60_000);
  expect(await first.verifier(old)).toBeDefined();
  await clock.advance(6 * 60_000);
  expect(await first.verifier(old)).toBeUndefined();
  expect((await first.jwks()).keys.map((key) => key.kid)).toEqual([young]);
});

test("keys that have ended leave the store with the next rotation", async () => {
  const { process, clock, records } = await store();
  const keys = process();
  for (let i = 0; i < 4; i++) {
    await keys.current();
    await clock.advance(31 * DAY_MS);
  }
  expect(await records.list("signing_key", "keys", { limit: 10 })).toHaveLength(2);
});

test("the published keys are public", async () => {
  const { process } = await store();
  const { keys } = await process().jwks();
  expect(keys).toEqual([
    {
      kty: "OKP",
      crv: "Ed25519",
      alg: "EdDSA",
      use: "sig",
      kid: expect.any(String) as string,
      x: expect.any(String) as string,
    },
  ]);
});

test("unknown key ids make a process look into the store once a second at most", async () => {
  const { clock, records } = await store();
  let lists = 0;
  const keys = createSigningKeys({
    clock,
    records: {
      ...records,
      list: (...args) => {
        lists++;
        return records.list(...args);
      },
    },
  });
  await keys.current();
  lists = 0;
  await clock.advance(1_000);
  for (let i = 0; i < 20; i++) expect(await keys.verifier(`unknown-${i}`)).toBeUndefined();
  expect(lists).toBe(1);
});
