import { expect, test } from "vitest";
import { accountsFixture } from "../../test/support/accounts-fixture.ts";
import { crashAfter } from "../../test/support/crashing-records.ts";
import { isFault, messageOf, FaultError } from "../domain/fault.ts";
import { parseUserId } from "../domain/ids.ts";

const ANN = parseUserId("00000000-0000-7000-8000-00000000000a");
const BOB = parseUserId("00000000-0000-7000-8000-00000000000b");
const caught = (error: unknown): unknown => error;

test("a new application has its defaults, and its creator owns it", async () => {
  const { accounts, clock } = await accountsFixture();
  const app = await accounts.applications.create({ name: "shop", title: "" }, ANN);
  expect(app).toEqual({
    id: app.id,
    name: "shop",
    title: "shop",
    color: "",
    retentionDays: 30,
    quota: { entriesPerSecond: 0, bytesPerDay: 0 },
    createdAtMs: clock.nowMs(),
  });
  expect(await accounts.applications.get(app.id)).toEqual(app);
  expect(await accounts.members.rolesOf(ANN)).toEqual(new Map([[app.id, "owner"]]));
});

test("a new application has the colour that was chosen for it, if it is the name of one", async () => {
  const { accounts } = await accountsFixture();
  const of = { name: "shop", title: "" };
  const refused = await accounts.applications.create({ ...of, color: "#f00" }, ANN).catch(caught);
  expect(isFault(refused, "invalid") && refused.fault.field).toBe("color");
  expect(await accounts.applications.create({ ...of, color: "plum" }, ANN)).toMatchObject({
    color: "plum",
  });
});

test.each(["", "A", "a b", "a_b", "a/b", "ä", "x".repeat(41), "a\n"])(
  "refuses the name %j",
  async (name) => {
    const { accounts } = await accountsFixture();
    const refused = await accounts.applications.create({ name, title: "" }, ANN).catch(caught);
    expect(isFault(refused, "invalid") && refused.fault.field).toBe("name");
  },
);

test.each(["a", "-", "0", "x".repeat(40), "shop-2"])("accepts the name %j", async (name) => {
  const { accounts } = await accountsFixture();
  expect(await accounts.applications.create({ name, title: "" }, ANN)).toMatchObject({ name });
});

test("a name is had once; of many who want it at once one gets it", async () => {
  const { accounts, another } = await accountsFixture();
  const processes = [accounts, ...["b", "c", "d"].map((seed) => another(seed))];
  const made = await Promise.allSettled(
    processes.map((one) => one.applications.create({ name: "shop", title: "" }, ANN)),
  );
  expect(made.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  for (const one of made) {
    if (one.status === "rejected") expect(isFault(one.reason, "conflict")).toBe(true);
  }
  const late = await accounts.applications.create({ name: "shop", title: "" }, BOB).catch(caught);
  expect(isFault(late, "conflict")).toBe(true);
  expect((await accounts.applications.listAll({ limit: 10 })).applications).toHaveLength(1);
  const roles = await accounts.members.rolesOf(ANN);
  expect(await accounts.applications.listOf(roles.keys())).toHaveLength(1);
  expect(await accounts.members.rolesOf(BOB)).toEqual(new Map());
});

test("a making cut short at any change makes nothing, and its name is free", async () => {
  for (let changes = 0; ; changes++) {
    const { accounts, another, records } = await accountsFixture();
    const crashing = another("second", crashAfter(records, changes)).applications;
    const first = await crashing.create({ name: "shop", title: "" }, ANN).catch(caught);
    if (!(first instanceof Error)) {
      expect(changes).toBe(4);
      return;
    }
    expect(first.message).toBe("crashed");
    const roles = await accounts.members.rolesOf(ANN);
    expect(await accounts.applications.listOf(roles.keys())).toEqual([]);
    expect(await accounts.applications.listAll({ limit: 10 })).toEqual({ applications: [] });

    const app = await accounts.applications.create({ name: "shop", title: "" }, BOB);
    expect(await accounts.applications.listAll({ limit: 10 })).toEqual({ applications: [app] });
    expect(await accounts.members.rolesOf(ANN)).toEqual(new Map());
    expect(await accounts.members.rolesOf(BOB)).toEqual(new Map([[app.id, "owner"]]));
  }
});

test("a maker who was only slow finds the name taken, and is owner of nothing", async () => {
  const { accounts, another, records } = await accountsFixture();
  const hold = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const slow = another("second", {
    ...records,
    insert: async (at, value) => {
      if (at.table === "application") {
        reached.resolve();
        await hold.promise;
      }
      return records.insert(at, value);
    },
  });
  const first = slow.applications.create({ name: "shop", title: "" }, ANN).catch(caught);
  await reached.promise;
  const app = await accounts.applications.create({ name: "shop", title: "" }, BOB);
  hold.resolve();
  expect(isFault(await first, "conflict")).toBe(true);
  expect((await accounts.applications.listAll({ limit: 10 })).applications).toEqual([app]);
});

test("a deletion cut short at any change can be finished", async () => {
  for (let changes = 0; ; changes++) {
    const { accounts, another, records, deleted } = await accountsFixture();
    const app = await accounts.applications.create({ name: "shop", title: "" }, ANN);
    await accounts.members.set(app.id, BOB, "viewer");
    const { secret } = await accounts.apiKeys.create({
      appId: app.id,
      name: "k",
      scopes: ["ingest"],
      expiresAtMs: null,
    });
    const crashing = another("second", crashAfter(records, changes)).applications;
    const first = await crashing.delete(app.id, "shop").catch(caught);
    const wasCut = first instanceof Error;
    if (changes === 0) {
      expect(await accounts.applications.get(app.id)).toEqual(app);
      continue;
    }
    // From the first change on it is gone for everybody.
    const missing = await accounts.applications.get(app.id).catch(caught);
    expect(isFault(missing, "notFound")).toBe(true);
    const authorization = `Bearer ${secret}`;
    const refused = await Promise.resolve(
      accounts.authenticator.authenticate({ authorization }),
    ).catch(caught);
    expect(isFault(refused, "unauthenticated")).toBe(true);

    await accounts.applications.finishDeletion(app.id);
    expect(deleted).toContain(app.id);
    for (const [table, partition] of [
      ["member", app.id],
      ["membership", ANN],
      ["membership", BOB],
      ["application_api_key", app.id],
      ["application", app.id],
    ] as const) {
      expect(await records.list(table, partition, { limit: 10 })).toEqual([]);
    }
    const again = await accounts.applications.create({ name: "shop", title: "" }, BOB);
    await accounts.applications.finishDeletion(app.id);
    expect(await accounts.applications.get(again.id)).toEqual(again);
    if (!wasCut) {
      expect(changes).toBeGreaterThanOrEqual(8);
      return;
    }
  }
});

test("a deletion wants the name once more", async () => {
  const { accounts, deleted } = await accountsFixture();
  const app = await accounts.applications.create({ name: "shop", title: "" }, ANN);
  const refused = await accounts.applications.delete(app.id, "shopp").catch(caught);
  expect(isFault(refused, "invalid") && refused.fault.field).toBe("confirm_name");
  expect(deleted).toEqual([]);
  expect(await accounts.applications.get(app.id)).toEqual(app);
});

test("an update changes what it names, and tells of a retention", async () => {
  const { accounts, retentions } = await accountsFixture();
  const app = await accounts.applications.create({ name: "shop", title: "Shop" }, ANN);
  const quota = { entriesPerSecond: 1_000, bytesPerDay: 5e9 };
  expect(await accounts.applications.update(app.id, { color: "teal", quota })).toEqual({
    ...app,
    color: "teal",
    quota,
  });
  expect(retentions).toEqual([]);
  expect(await accounts.applications.update(app.id, { retentionDays: 0, title: "" })).toEqual({
    ...app,
    color: "teal",
    quota,
    title: "shop",
    retentionDays: 0,
  });
  expect(retentions).toEqual([[app.id, 0]]);
});

test.each([
  { change: { title: "x".repeat(101) }, field: "title" },
  { change: { title: "a\u0007b" }, field: "title" },
  { change: { color: "#ff0000" }, field: "color" },
  { change: { retentionDays: 36_501 }, field: "retention_days" },
  {
    change: { quota: { entriesPerSecond: -1, bytesPerDay: 0 } },
    field: "quota.entries_per_second",
  },
  {
    change: { quota: { entriesPerSecond: 0, bytesPerDay: 2 ** 53 } },
    field: "quota.bytes_per_day",
  },
])("refuses an update of $field", async ({ change, field }) => {
  const { accounts } = await accountsFixture();
  const app = await accounts.applications.create({ name: "shop", title: "" }, ANN);
  const refused = await accounts.applications.update(app.id, change).catch(caught);
  expect(isFault(refused, "invalid") && refused.fault.field).toBe(field);
  expect(await accounts.applications.get(app.id)).toEqual(app);
});

test("all applications are listed by name, page by page", async () => {
  const { accounts } = await accountsFixture();
  const names = ["delta", "alpha", "gone", "charlie", "bravo", "echo"];
  for (const name of names) {
    const app = await accounts.applications.create({ name, title: "" }, ANN);
    if (name === "gone") await accounts.applications.delete(app.id, name);
  }
  for (const limit of [1, 2, 5, 6]) {
    const got: string[] = [];
    let after: string | undefined;
    do {
      const page = await accounts.applications.listAll({
        limit,
        ...(after === undefined ? {} : { after }),
      });
      got.push(...page.applications.map(({ name }) => name));
      after = page.next;
    } while (after !== undefined);
    expect(got).toEqual(["alpha", "bravo", "charlie", "delta", "echo"]);
  }
});

test("what was never there and what was deleted read the same", async () => {
  const { accounts } = await accountsFixture();
  const app = await accounts.applications.create({ name: "shop", title: "" }, ANN);
  await accounts.applications.delete(app.id, "shop");
  const texts = [];
  for (const work of [
    accounts.applications.get(app.id),
    accounts.applications.update(app.id, { title: "x" }),
    accounts.applications.delete(app.id, "shop"),
  ]) {
    const error = await work.catch(caught);
    texts.push(error instanceof FaultError ? messageOf(error.fault) : error);
  }
  expect(new Set(texts)).toEqual(new Set([`no such application: ${app.id}`]));
});
