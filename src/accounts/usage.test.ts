import { expect, test } from "vitest";
import { accountsFixture } from "../../test/support/accounts-fixture.ts";
import type { AppId } from "../domain/ids.ts";
import { DAY_MS } from "../domain/time-range.ts";

/** With two applications. */
async function usageFixture() {
  const fixture = await accountsFixture();
  const { user } = await fixture.signInOwner();
  const make = async (name: string): Promise<AppId> =>
    (await fixture.accounts.applications.create({ name, title: "" }, user.id)).id;
  return { ...fixture, APP: await make("one"), OTHER: await make("two") };
}

test("what is counted is told at once here, and elsewhere when it is written down", async () => {
  const { accounts, another, clock, APP, OTHER } = await usageFixture();
  const second = another("second");
  const dayMs = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS;
  accounts.usage.add(APP, 2, 100);
  accounts.usage.add(APP, 3, 50);
  accounts.usage.add(OTHER, 1, 1);
  const five = [{ dayMs, entries: 5, bytes: 150 }];
  expect(await accounts.usage.days(APP, clock.nowMs())).toEqual(five);
  expect(await second.usage.days(APP, clock.nowMs())).toEqual([]);
  await accounts.usage.flush();
  second.usage.add(APP, 10, 1_000);
  for (let i = 0; i < 2; i++) {
    expect(await accounts.usage.days(APP, clock.nowMs())).toEqual(five);
    expect(await second.usage.days(APP, clock.nowMs())).toEqual([
      { dayMs, entries: 15, bytes: 1_150 },
    ]);
    await accounts.usage.flush();
  }
  // A process that ends writes what it has.
  await second[Symbol.asyncDispose]();
  expect(await another("third").usage.days(APP, clock.nowMs())).toEqual([
    { dayMs, entries: 15, bytes: 1_150 },
  ]);
});

test("days are told one by one, from the one that is asked for", async () => {
  const { accounts, another, clock, APP } = await usageFixture();
  const firstMs = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS;
  for (let day = 0; day < 4; day++) {
    if (day !== 2) accounts.usage.add(APP, day + 1, 10);
    if (day === 1) await accounts.usage.flush();
    await clock.advance(DAY_MS);
  }
  await accounts.usage.flush();
  accounts.usage.add(APP, 9, 9);
  const told = [
    { dayMs: firstMs + DAY_MS, entries: 2, bytes: 10 },
    { dayMs: firstMs + 3 * DAY_MS, entries: 4, bytes: 10 },
    { dayMs: firstMs + 4 * DAY_MS, entries: 9, bytes: 9 },
  ];
  const from = firstMs + DAY_MS;
  expect(await accounts.usage.days(APP, from + 5_000)).toEqual(told);
  expect(await another("second").usage.days(APP, from)).toEqual(told.slice(0, 2));
});

test("counts go with their application, and after 400 days", async () => {
  const { accounts, clock, records, APP } = await usageFixture();
  const rows = () => records.list("usage", APP, { limit: 10 });
  accounts.usage.add(APP, 1, 1);
  await accounts.usage.flush();
  await clock.advance(400 * DAY_MS);
  accounts.usage.add(APP, 2, 2);
  await accounts.usage.flush();
  await accounts.usage.tidy(APP);
  expect(await rows()).toHaveLength(2);
  await clock.advance(DAY_MS);
  await accounts.usage.tidy(APP);
  expect(await rows()).toHaveLength(1);
  await accounts.usage.end(APP);
  expect(await rows()).toEqual([]);
  expect(await accounts.usage.days(APP, 0)).toEqual([]);
});

test("what is counted of an application that was deleted is not written down, by whichever process", async () => {
  const { accounts, another, clock, records, APP } = await usageFixture();
  const second = another("second");
  const third = another("third");
  for (const { usage } of [accounts, second]) {
    usage.add(APP, 1, 1);
    await usage.flush();
  }
  // One has a row, one has counted and written none, one counts afterwards.
  third.usage.add(APP, 1, 1);
  await accounts.applications.delete(APP, "one");
  for (const { usage } of [accounts, second, third, another("fourth")]) {
    usage.add(APP, 1, 1);
    await usage.flush();
    usage.add(APP, 1, 1);
    await usage.flush();
    expect(await records.list("usage", APP, { limit: 10 })).toEqual([]);
    expect(await usage.days(APP, clock.nowMs())).toEqual([]);
  }
});
