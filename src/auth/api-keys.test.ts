import { expect, test } from "vitest";
import { accountsFixture } from "../../test/support/accounts-fixture.ts";
import { crashAfter } from "../../test/support/crashing-records.ts";
import { parseAppId } from "../domain/ids.ts";
import { DAY_MS } from "../domain/time-range.ts";
import type { ApiKey } from "./api-keys.ts";

const APP = parseAppId("00000000-0000-7000-8000-000000000001");
const NEW_KEY = {
  appId: APP,
  name: "collector",
  scopes: ["read", "ingest"],
  expiresAtMs: null,
} as const;

const revokedOf = ({ id }: ApiKey) => ({ keyId: id, refused: "the API key was revoked" });

test("a secret has its shape, begins with the prefix that is listed, and is never written", async () => {
  const { accounts, written } = await accountsFixture();
  const { key, secret } = await accounts.apiKeys.create(NEW_KEY);
  expect(secret).toMatch(/^argus_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/);
  expect(secret.startsWith(`${key.prefix}_`)).toBe(true);
  expect(await accounts.apiKeys.get(key.id)).toEqual(key);
  expect(await accounts.apiKeys.verify(secret)).toMatchObject({ key });
  const random = secret.slice(secret.lastIndexOf("_") + 1);
  expect(written.join()).toContain(key.prefix);
  expect(written.join()).not.toContain(random);
});

test("keys are listed newest first, page by page, without holes where some were revoked", async () => {
  const { accounts } = await accountsFixture();
  const made: ApiKey[] = [];
  for (let i = 0; i < 12; i++) made.push((await accounts.apiKeys.create(NEW_KEY)).key);
  for (const i of [3, 4, 11]) await accounts.apiKeys.revoke(made[i] as ApiKey);
  const want = made.filter((_, i) => ![3, 4, 11].includes(i)).toReversed();
  for (const limit of [1, 2, 3, 4, 9, 10, 100]) {
    const got: ApiKey[] = [];
    let after: ApiKey["id"] | undefined;
    let pages = 0;
    do {
      const page = await accounts.apiKeys.list(APP, {
        limit,
        ...(after === undefined ? {} : { after }),
      });
      expect(page.keys.length).toBeLessThanOrEqual(limit);
      got.push(...page.keys);
      after = page.next;
      pages++;
    } while (after !== undefined);
    expect(got).toEqual(want);
    expect(pages).toBe(Math.ceil(want.length / limit));
  }
});

test("a making that was cut short leaves no key", async () => {
  for (const changes of [0, 1]) {
    const { accounts, another, records } = await accountsFixture();
    const crashing = another("second", crashAfter(records, changes));
    await expect(crashing.apiKeys.create(NEW_KEY)).rejects.toThrow("crashed");
    expect((await accounts.apiKeys.list(APP, { limit: 10 })).keys).toEqual([]);
    const { key } = await accounts.apiKeys.create(NEW_KEY);
    expect((await accounts.apiKeys.list(APP, { limit: 10 })).keys).toEqual([key]);
  }
});

test("a revocation that was cut short has ended the key or can be repeated", async () => {
  for (const changes of [0, 1]) {
    const { accounts, another, records } = await accountsFixture();
    const { key, secret } = await accounts.apiKeys.create(NEW_KEY);
    const crashing = another("second", crashAfter(records, changes));
    await expect(crashing.apiKeys.revoke(key)).rejects.toThrow("crashed");
    const stands = await accounts.apiKeys.verify(secret);
    expect(stands !== undefined && "key" in stands).toBe(changes === 0);
    expect((await accounts.apiKeys.list(APP, { limit: 10 })).keys).toEqual(
      changes === 1 ? [] : [key],
    );
    expect(await accounts.apiKeys.revoke(key)).toBe(changes === 0);
    expect(await accounts.apiKeys.verify(secret)).toEqual(revokedOf(key));
    expect(await records.list("application_api_key", APP, { limit: 10 })).toEqual([]);
  }
});

test("a use noted after the key was revoked does not bring it back", async () => {
  const { accounts } = await accountsFixture();
  const { key, secret } = await accounts.apiKeys.create(NEW_KEY);
  await accounts.apiKeys.revoke(key);
  await accounts.apiKeys.touch(key, "late");
  expect(await accounts.apiKeys.verify(secret)).toEqual(revokedOf(key));
});

test("revoking races with notes of use and wins", async () => {
  const { accounts } = await accountsFixture();
  const { key, secret } = await accounts.apiKeys.create(NEW_KEY);
  await Promise.all([
    accounts.apiKeys.touch(key, "a"),
    accounts.apiKeys.revoke(key),
    accounts.apiKeys.touch(key, "b"),
  ]);
  expect(await accounts.apiKeys.verify(secret)).toEqual(revokedOf(key));
});

test("a revoked key that somebody comes with is told of for a month, and is gone with its application", async () => {
  const { accounts, records, clock } = await accountsFixture();
  const { key } = await accounts.apiKeys.create(NEW_KEY);
  await accounts.apiKeys.noteRefusal(key.id, "before", "too large");
  await clock.advance(1);
  await accounts.apiKeys.revoke(key);
  expect(await accounts.apiKeys.listRevoked(APP)).toEqual([]);
  await accounts.apiKeys.noteRefusal(key.id, "192.0.2.1 curl/8", "the API key was revoked");
  expect(await accounts.apiKeys.listRevoked(APP)).toMatchObject([
    { id: key.id, refused: { by: "192.0.2.1 curl/8" } },
  ]);
  expect(await accounts.apiKeys.get(key.id)).toBeUndefined();
  expect(await accounts.apiKeys.rotate(key.id, 0)).toBeUndefined();
  const kept = async (): Promise<number> =>
    (await records.list("revoked_api_key", APP, { limit: 10 })).length +
    (await records.list("api_key", key.prefix.slice("argus_".length), { limit: 10 })).length;
  expect(await kept()).toBe(2);
  await clock.advance(30 * DAY_MS);
  expect(await accounts.apiKeys.listRevoked(APP)).toEqual([]);
  expect(await kept()).toBe(0);
  const { key: other } = await accounts.apiKeys.create(NEW_KEY);
  await accounts.apiKeys.revoke(other);
  await accounts.apiKeys.revokeAll(APP);
  expect(await records.list("revoked_api_key", APP, { limit: 10 })).toEqual([]);
});
