/**
 * Who administers the instance, and who may sign in at all.
 * Invariant: an instance keeps an admin who may sign in: whoever stops being one leaves a set that may not become
 * empty (last-of.ts) before anything else changes. Disabling ends every session and reset link of the user by the
 * one change of their record that raises their generation. No invite makes somebody an admin again who is one no more.
 */
import type { Forget } from "../auth/verified-cache.ts";
import { isFault, unmet, type FaultError } from "../domain/fault.ts";
import type { UserId } from "../domain/ids.ts";
import type { RecordStore } from "../storage/record-store.ts";
import type { TakeBackFrom } from "./invites.ts";
import { lastOf } from "./last-of.ts";
import type { User, Users } from "./users.ts";

export interface Admins {
  /** Makes the user an admin, or one no more; fails `conflict` for the last one. */
  set(id: UserId, instanceAdmin: boolean): Promise<User>;
  /** Keeps the user from signing in; fails `conflict` for the last admin. */
  disable(id: UserId): Promise<User>;
  enable(id: UserId): Promise<User>;
}

export function createAdmins(deps: {
  records: RecordStore;
  users: Users;
  forget: Forget;
  takeBack: TakeBackFrom;
}): Admins {
  const { records, users } = deps;

  const admins = lastOf(records, "admins", async () => {
    const ids: UserId[] = [];
    let after: string | undefined;
    do {
      const page = await users.list({ limit: 500, ...(after === undefined ? {} : { after }) });
      for (const user of page.users) if (counts(user)) ids.push(user.id);
      after = page.next;
    } while (after !== undefined);
    return ids;
  });

  async function change(
    id: UserId,
    to: Partial<Pick<User, "instanceAdmin" | "disabled">>,
  ): Promise<User> {
    const { user } = await users.change(id, (stored) => ({
      ...stored,
      user: { ...stored.user, ...to },
      generation: stored.generation + (to.disabled === true && !stored.user.disabled ? 1 : 0),
    }));
    deps.forget((principal) => principal.kind === "user" && principal.userId === id);
    const isAdmin = async (): Promise<boolean> => {
      const now = await users.get(id);
      return now !== undefined && counts(now);
    };
    try {
      await admins.settle(id, isAdmin, lastAdmin);
    } catch (error) {
      // The others left while this one was made an admin and none at once: this one stays.
      if (isFault(error, "conflict")) await change(id, { instanceAdmin: true, disabled: false });
      throw error;
    }
    return user;
  }

  return {
    async set(id, instanceAdmin) {
      const takeBack = () => deps.takeBack(id, { instanceAdmin: true, applications: [] });
      if (!instanceAdmin) {
        await admins.leave(id, lastAdmin);
        await takeBack();
      }
      const user = await change(id, { instanceAdmin });
      if (instanceAdmin) await takeBack();
      return user;
    },

    async disable(id) {
      await admins.leave(id, lastAdmin);
      return change(id, { disabled: true });
    },

    enable: (id) => change(id, { disabled: false }),
  };
}

function counts(user: User): boolean {
  return user.instanceAdmin && !user.disabled;
}

function lastAdmin(): FaultError {
  return unmet("the last admin of the instance stays: make somebody else an admin first");
}
