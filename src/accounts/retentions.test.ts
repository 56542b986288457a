import { expect, test } from "vitest";
import { accountsFixture } from "../../test/support/accounts-fixture.ts";
import { crashAfter } from "../../test/support/crashing-records.ts";
import { type AppId, parseUserId } from "../domain/ids.ts";
import { applicationIds, retentionOf } from "./retentions.ts";

const ANN = parseUserId("018f0000-0000-7000-8000-0000000000a1");

test("every application is told, one whose deletion was cut short as deleted", async () => {
  const { accounts, another, records } = await accountsFixture();
  const { applications } = accounts;
  const make = (name: string, retentionDays: number) =>
    applications.create({ name, title: "", retentionDays }, ANN);
  const [ever, week, cut, gone] = [
    await make("ever", 0),
    await make("week", 7),
    await make("cut", 30),
    await make("gone", 30),
  ];
  await another("crashing", crashAfter(records, 1))
    .applications.delete(cut.id, "cut")
    .catch(() => undefined);
  await applications.delete(gone.id, "gone");
  await applications.update(week.id, { retentionDays: 8 });
  const ids = await Array.fromAsync(applicationIds(records));
  expect(await Promise.all(ids.map((id) => retentionOf(records, id)))).toEqual([
    { id: cut.id, retentionDays: 30, isDeleted: true },
    { id: ever.id, retentionDays: 0, isDeleted: false },
    { id: week.id, retentionDays: 8, isDeleted: false },
  ]);
  expect(await retentionOf(records, gone.id)).toBeUndefined();
});

test("a thousand and one names are three reads", async () => {
  const { accounts, records } = await accountsFixture();
  const made: AppId[] = [];
  for (let n = 0; n < 1001; n++)
    made.push((await accounts.applications.create({ name: `a-${n}`, title: "" }, ANN)).id);
  const asked: string[] = [];
  const counting: Pick<typeof records, "list"> = {
    list: (table, ...rest) => {
      asked.push(table);
      return records.list(table, ...rest);
    },
  };
  const ids = await Array.fromAsync(applicationIds(counting));
  expect(new Set(ids)).toEqual(new Set(made));
  expect(asked).toEqual(Array.from({ length: 3 }, () => "application_name"));
});
