import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { accountsFixture } from "../../../test/support/accounts-fixture.ts";
import { crashAfter } from "../../../test/support/crashing-records.ts";
import { isFault } from "../../domain/fault.ts";
import { parseUserId } from "../../domain/ids.ts";
import { connectAccounts, serveAccounts } from "./account-calls.ts";

const ANN = parseUserId("018f0000-0000-7000-8000-0000000000a1");

test("upkeep has deletions finished, and what has ended tidied, in the thread of the accounts", async () => {
  const { accounts, another, records, deleted } = await accountsFixture();
  const { port1, port2 } = new MessageChannel();
  const tidied = Promise.withResolvers<AbortSignal | undefined>();
  serveAccounts({ ...accounts, tidy: async (signal) => tidied.resolve(signal) }, port1);
  const calls = connectAccounts(port2);
  const app = await accounts.applications.create({ name: "shop", title: "" }, ANN);
  await calls.finishDeletion(app.id);
  expect(await accounts.applications.find(app.id)).toEqual(app);
  const cut = another("crashing", crashAfter(records, 1)).applications;
  await cut.delete(app.id, "shop").catch(() => undefined);
  await calls.finishDeletion(app.id);
  expect(deleted).toContain(app.id);
  expect(await records.list("application", app.id, { limit: 1 })).toEqual([]);

  const stop = new AbortController();
  await calls.tidy(stop.signal);
  expect((await tidied.promise)?.aborted).toBe(false);
  port1.close();
  const late: unknown = await calls.tidy(stop.signal).catch((error: unknown) => error);
  expect(isFault(late, "overloaded")).toBe(true);
});
