/** The last admin stays, in whatever order the steps of several processes come. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { scheduledRecords } from "../../test/support/scheduled-records.ts";
import { isFault } from "../domain/fault.ts";
import { parseUserId } from "../domain/ids.ts";
import type { RecordStore } from "../storage/record-store.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { createAdmins } from "./admins.ts";
import { createUsers } from "./users.ts";

const IDS = [1, 2, 3].map((n) => parseUserId(`00000000-0000-7000-8000-00000000000${n}`));
const clock = new FakeClock();

function over(records: RecordStore) {
  const users = createUsers({ records });
  const deps = { records, users, forget: () => undefined, takeBack: async () => undefined };
  return { users, admins: createAdmins(deps) };
}

const arbChange = fc.record({
  user: fc.nat(IDS.length - 1),
  to: fc.constantFrom("demoted", "disabled", "disabled", "promoted", "enabled"),
});

test("whoever stops and starts being an admin at once, one who may sign in is left", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(arbChange, { minLength: 2, maxLength: 6 }),
      fc.scheduler(),
      async (changes, scheduler) => {
        await using store = await openSqliteStore({ folder: ":memory:", clock });
        const { records } = store;
        const { users, admins } = over(records);
        for (const id of IDS)
          await users.create({
            id,
            email: `${id}@example.com`,
            name: "x",
            instanceAdmin: true,
            passwordHash: "",
            createdAtMs: 0,
          });
        const slow = over(scheduledRecords(records, scheduler)).admins;
        const outcomes = await scheduler.waitFor(
          Promise.allSettled(
            changes.map(({ user, to }) => {
              const id = IDS[user] ?? parseUserId("");
              if (to === "disabled") return slow.disable(id);
              return to === "enabled" ? slow.enable(id) : slow.set(id, to === "promoted");
            }),
          ),
        );
        for (const one of outcomes)
          if (one.status === "rejected") expect(isFault(one.reason, "conflict")).toBe(true);
        const left = async (): Promise<number> => {
          const page = await users.list({ limit: 10 });
          return page.users.filter((one) => one.instanceAdmin && !one.disabled).length;
        };
        expect(await left()).toBeGreaterThan(0);
        // Nobody is counted who is none: else the others could all be disabled now.
        for (const id of IDS) await admins.disable(id).catch(() => undefined);
        expect(await left()).toBe(1);
      },
    ),
    { numRuns: 150 },
  ));
