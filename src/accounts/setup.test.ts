import fc from "fast-check";
import { expect, test } from "vitest";
import { accountsFixture, ORIGIN, OWNER } from "../../test/support/accounts-fixture.ts";
import { seeded } from "../../test/support/sample-logs.ts";
import { crashAfter } from "../../test/support/crashing-records.ts";
import { isFault } from "../domain/fault.ts";
import type { RecordStore } from "../storage/record-store.ts";

const caught = (error: unknown): unknown => error;

/** Calls that take their time before they do anything. */
function delayed(records: RecordStore, wait: () => Promise<void>): RecordStore {
  return {
    get: (at) => wait().then(() => records.get(at)),
    list: (table, partition, page) => wait().then(() => records.list(table, partition, page)),
    insert: (at, value) => wait().then(() => records.insert(at, value)),
    replace: (at, version, value) => wait().then(() => records.replace(at, version, value)),
    remove: (at, version) => wait().then(() => records.remove(at, version)),
  };
}

test("a code printed at start makes the owner, once", async () => {
  const { accounts } = await accountsFixture();
  const code = (await accounts.setup.makeCode()) ?? "";
  expect(code).toMatch(/^[0-9A-Za-z]{24}$/);
  expect(await accounts.setup.needsOwner()).toBe(true);

  const owner = await accounts.setup.setUpOwner({ ...OWNER, email: " Owner@Example.com ", code });
  expect(owner).toMatchObject({ email: OWNER.email, name: "Owner", instanceAdmin: true });
  expect(await accounts.setup.needsOwner()).toBe(false);
  expect(await accounts.setup.makeCode()).toBeUndefined();

  const again = await accounts.setup.setUpOwner({ ...OWNER, code }).catch(caught);
  expect(isFault(again, "conflict")).toBe(true);
  expect((await accounts.signIn.login(OWNER, ORIGIN)).user).toEqual(owner);
});

test("a wrong code makes nobody and hashes nothing", async () => {
  const { accounts, argon2Calls } = await accountsFixture();
  for (const code of ["", "x".repeat(24)]) {
    const refused = await accounts.setup.setUpOwner({ ...OWNER, code }).catch(caught);
    expect(isFault(refused, "denied")).toBe(true);
  }
  await accounts.setup.makeCode();
  const refused = await accounts.setup.setUpOwner({ ...OWNER, code: "" }).catch(caught);
  expect(isFault(refused, "denied")).toBe(true);
  expect(argon2Calls).toEqual([]);
  expect(await accounts.setup.needsOwner()).toBe(true);
});

test("the links of processes that start together all work, those of long ago do not", async () => {
  const { accounts, another } = await accountsFixture();
  const first = (await accounts.setup.makeCode()) ?? "";
  const [second = ""] = await Promise.all([
    another("second").setup.makeCode(),
    another("third").setup.makeCode(),
  ]);
  await expect(
    accounts.setup.setUpOwner({ ...OWNER, password: "short", code: first }),
  ).rejects.toThrow("at least 12");
  for (let i = 0; i < 15; i++) await accounts.setup.makeCode();
  const tooOld = await accounts.setup.setUpOwner({ ...OWNER, code: first }).catch(caught);
  expect(isFault(tooOld, "denied")).toBe(true);
  const late = await accounts.setup.setUpOwner({ ...OWNER, code: second }).catch(caught);
  expect(isFault(late, "denied")).toBe(true);
});

test("no code is kept where the store could be read", async () => {
  const { accounts, written } = await accountsFixture();
  const code = (await accounts.setup.makeCode()) ?? "";
  expect(written).not.toEqual([]);
  for (const value of written) expect(value).not.toContain(code);
});

test("the operator's owner is made once, and is ignored on an instance that has one", async () => {
  const { accounts, another } = await accountsFixture();
  expect(await accounts.setup.createOwner(OWNER)).toMatchObject({ instanceAdmin: true });
  const other = { ...OWNER, email: "other@example.com" };
  expect(await another("second").setup.createOwner(other)).toBeUndefined();
  expect(await accounts.users.findByEmail("other@example.com")).toBeUndefined();
});

test("processes that start together with one operator's owner all end with that owner", async () => {
  const { accounts, another, clock } = await accountsFixture();
  const all = Promise.allSettled(
    [accounts, another("second"), another("third"), another("fourth")].map(({ setup }) =>
      setup.createOwner(OWNER),
    ),
  );
  let settled = false;
  void all.finally(() => {
    settled = true;
  });
  while (!settled) await clock.advance(50);
  const made = (await all).map((one) =>
    one.status === "fulfilled" ? one.value : (one.reason as unknown),
  );
  const owner = await accounts.users.findByEmail(OWNER.email);
  expect(made.filter((one) => one !== undefined)).toEqual([owner?.user]);
});

test("processes that start together agree on the owner however slow their store is", async () => {
  const few = fc.integer({ min: 2, max: 5 });
  const slowest = fc.constantFrom(10, 300, 1_000, 3_000);
  await fc.assert(
    fc.asyncProperty(few, slowest, fc.nat(), async (count, mostMs, seed) => {
      const { accounts, another, records, clock } = await accountsFixture();
      const random = seeded(seed);
      const slow = delayed(records, () => clock.sleep(random.below(mostMs)));
      const all = Promise.allSettled(
        Array.from({ length: count }, (_, i) =>
          another(`process ${i}`, slow).setup.createOwner(OWNER),
        ),
      );
      let settled = false;
      void all.finally(() => {
        settled = true;
      });
      while (!settled) await clock.advance(50);
      expect((await all).filter(({ status }) => status === "rejected")).toEqual([]);
      expect(await accounts.users.findByEmail(OWNER.email)).toBeDefined();
    }),
    { numRuns: 150 },
  );
});

test("a start takes over from one that was cut short", async () => {
  const { accounts, another, records, clock } = await accountsFixture();
  const cut = another("cut", crashAfter(records, 2)).setup.createOwner(OWNER);
  await expect(cut).rejects.toThrow("crashed");
  expect(await accounts.setup.needsOwner()).toBe(true);
  const made = accounts.setup.createOwner(OWNER);
  let settled = false;
  void made.finally(() => {
    settled = true;
  });
  while (!settled) await clock.advance(50);
  expect((await made)?.email).toBe(OWNER.email);
});

test("a process that was overtaken for long finds the owner that another one made", async () => {
  const { another, records, clock } = await accountsFixture();
  const slow = another("slow", {
    ...records,
    insert: async (at, value) => {
      if (at.table === "instance" && at.key === "owner") {
        await another("quick").setup.createOwner(OWNER);
        await clock.advance(60_000);
      }
      return records.insert(at, value);
    },
  });
  expect(await slow.setup.createOwner(OWNER)).toBeUndefined();
});

test.each([
  { email: "nobody", password: OWNER.password, field: "email" },
  { email: "a b@example.com", password: OWNER.password, field: "email" },
  { email: "", password: OWNER.password, field: "email" },
  { email: OWNER.email, password: "too short", field: "password" },
])("refuses an owner with $email and $password", async ({ email, password, field }) => {
  const { accounts } = await accountsFixture();
  await expect(accounts.setup.createOwner({ email, password, name: "" })).rejects.toThrow(field);
  expect(await accounts.setup.needsOwner()).toBe(true);
});

test("an owner without a name is called by the email", async () => {
  const { accounts } = await accountsFixture();
  expect(await accounts.setup.createOwner({ ...OWNER, name: "" })).toMatchObject({ name: "owner" });
});

test("of two set-ups at once one wins", async () => {
  const { accounts, another, written } = await accountsFixture();
  const code = (await accounts.setup.makeCode()) ?? "";
  const made = await Promise.allSettled(
    [accounts, another("second"), another("third")].map((process, i) =>
      process.setup.setUpOwner({ ...OWNER, email: `owner${i}@example.com`, code }),
    ),
  );
  const won = made.filter((one) => one.status === "fulfilled");
  expect(won).toHaveLength(1);
  // The losers got as far as to write a user: where the winner had put a tombstone.
  const owners = await Promise.all(
    made.map((_, i) => accounts.users.findByEmail(`owner${i}@example.com`)),
  );
  expect(owners.filter((owner) => owner !== undefined)).toHaveLength(1);
  expect(written.join()).not.toContain(code);
});

test("a set-up cut short at any change is finished by the next", async () => {
  for (let crashAt = 0; ; crashAt++) {
    const { accounts, another, records } = await accountsFixture();
    const code = (await accounts.setup.makeCode()) ?? "";
    const crashing = another("second", crashAfter(records, crashAt));
    const first = await crashing.setup.setUpOwner({ ...OWNER, code }).catch(caught);
    if (!(first instanceof Error)) {
      expect(crashAt).toBeGreaterThanOrEqual(3);
      return;
    }
    expect(first.message).toBe("crashed");
    expect(await accounts.setup.needsOwner()).toBe(true);
    expect(await accounts.setup.setUpOwner({ ...OWNER, code })).toMatchObject({
      instanceAdmin: true,
    });
    await accounts.signIn.login(OWNER, ORIGIN);
  }
});
