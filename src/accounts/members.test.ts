/** The last owner stays, in whatever order the steps of several processes come. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { scheduledRecords } from "../../test/support/scheduled-records.ts";
import { isFault } from "../domain/fault.ts";
import { parseAppId, parseUserId, type UserId } from "../domain/ids.ts";
import type { RecordStore } from "../storage/record-store.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { createMembers, type Members } from "./members.ts";

const APP = parseAppId("00000000-0000-7000-8000-00000000000a");
const USERS = [1, 2, 3].map((n) => parseUserId(`00000000-0000-7000-8000-00000000000${n}`));

const clock = new FakeClock();
const membersOver = (records: RecordStore): Members =>
  createMembers({ records, clock, forget: () => undefined, takeBack: async () => undefined });

type Change = { readonly user: number; readonly to: "owner" | "viewer" | "gone" };

const arbChange: fc.Arbitrary<Change> = fc.record({
  user: fc.nat(USERS.length - 1),
  to: fc.constantFrom("viewer", "gone", "gone", "owner"),
});

function does(members: Members, user: UserId, to: Change["to"]): Promise<void> {
  return to === "gone" ? members.expel(APP, user) : members.change(APP, user, to);
}

test("whoever leaves and comes at once, an owner is left, and refusals are for that alone", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(arbChange, { minLength: 2, maxLength: 6 }),
      fc.boolean(),
      fc.scheduler(),
      async (changes, isCounted, scheduler) => {
        await using store = await openSqliteStore({ folder: ":memory:", clock });
        const { records } = store;
        const members = membersOver(records);
        for (const user of USERS) await members.set(APP, user, "owner");
        // Once somebody has left, the set is a record and is not read from the members any more.
        if (isCounted) {
          const [first = parseUserId("")] = USERS;
          await members.change(APP, first, "viewer");
          await members.change(APP, first, "owner");
        }
        const slow = membersOver(scheduledRecords(records, scheduler));
        const outcomes = await scheduler.waitFor(
          Promise.allSettled(
            changes.map(({ user, to }) => does(slow, USERS[user] ?? parseUserId(""), to)),
          ),
        );
        for (const one of outcomes)
          if (one.status === "rejected") expect(isFault(one.reason, "conflict")).toBe(true);
        const owners = async (): Promise<number> => {
          const page = await members.list(APP, { limit: 10 });
          return page.members.filter(({ role }) => role === "owner").length;
        };
        expect(await owners()).toBeGreaterThan(0);
        // Whoever has a grant is listed.
        const granted = [];
        for (const user of USERS) granted.push(...((await members.get(APP, user)) ? [user] : []));
        const { members: listed } = await members.list(APP, { limit: 10 });
        expect(listed.map(({ userId }) => userId)).toEqual(granted);
        // Nobody is counted who is no owner: else the others could all leave now.
        for (const user of USERS) await members.expel(APP, user).catch(() => undefined);
        expect(await owners()).toBe(1);
      },
    ),
    { numRuns: 150 },
  ));
