/**
 * Who belongs to which application.
 * Invariant: the grant is the `membership` record under the user; the `member` record under the application
 * lists whom it was given to. The listing is written before the grant and removed after it, so that nobody
 * has a grant who is not listed; a listing without a grant gives nothing.
 * Both may point to an application that was never finished or is gone: readers ask for the application too.
 * Whatever is decided on a member here, by hand or by an invite, no invite from before changes: what gives is taken back
 * after it gave, what takes away is preceded by it, so that one cut short is gone on with or done again.
 * An application keeps an owner: whoever is made less than one by `change` or `expel` leaves a set that may not
 * become empty (last-of.ts).
 */
import { allRecords, changeRecord, removeRecord } from "../auth/change-record.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Forget } from "../auth/verified-cache.ts";
import type { Clock } from "../domain/clock.ts";
import { isFault, unmet, type FaultError } from "../domain/fault.ts";
import { parseAppId, parseUserId, type AppId, type UserId } from "../domain/ids.ts";
import { ROLES, type Role } from "../domain/principal.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import type { TakeBackFrom } from "./invites.ts";
import { lastOf, type LastOf } from "./last-of.ts";

export interface Membership {
  readonly userId: UserId;
  readonly role: Role;
  /** null for one made before this was kept. */
  readonly addedAtMs: number | null;
}

export interface Members {
  /** Makes the user a member, or changes the role of one; may be repeated. Asks nothing. */
  set(appId: AppId, userId: UserId, role: Role): Promise<void>;
  /** Makes the user a member with at least this role. */
  raise(appId: AppId, userId: UserId, role: Role): Promise<void>;
  /** As `set`; fails `conflict` when no owner would be left. */
  change(appId: AppId, userId: UserId, role: Role): Promise<void>;
  /** Ends a membership; fails `conflict` when no owner would be left. */
  expel(appId: AppId, userId: UserId): Promise<void>;
  /** Ends a membership. Asks nothing. */
  remove(appId: AppId, userId: UserId): Promise<void>;
  /** Removes all members of an application; may be repeated. */
  removeAll(appId: AppId): Promise<void>;
  get(appId: AppId, userId: UserId): Promise<Membership | undefined>;
  /** By the users' ids, after the id `after`. */
  list(
    appId: AppId,
    page: { after?: UserId; limit: number },
  ): Promise<{ members: readonly Membership[]; next?: UserId }>;
  /** What the user may do where. */
  rolesOf(userId: UserId): Promise<ReadonlyMap<AppId, Role>>;
}

export function createMembers(deps: {
  records: RecordStore;
  clock: Clock;
  forget: Forget;
  takeBack: TakeBackFrom;
}): Members {
  const { records, clock } = deps;

  function forget(userId: UserId): void {
    deps.forget((principal) => principal.kind === "user" && principal.userId === userId);
  }

  async function get(appId: AppId, userId: UserId): Promise<Membership | undefined> {
    const found = await records.get(grantAddress(appId, userId));
    return found === undefined ? undefined : parseMembership(userId, found.value);
  }

  function owners(appId: AppId): LastOf {
    return lastOf(records, `owners ${appId}`, async () => {
      const ids: UserId[] = [];
      for await (const row of allRecords(records, "member", appId)) {
        const userId = parseUserId(row.key);
        if ((await get(appId, userId))?.role === "owner") ids.push(userId);
      }
      return ids;
    });
  }

  /** @param roleOf gives the role from the one that is there. */
  async function write(
    appId: AppId,
    userId: UserId,
    first: Role,
    roleOf: (old: Role) => Role,
  ): Promise<void> {
    const value = { role: first, added_at_ms: clock.nowMs() };
    for (const at of [listingAddress(appId, userId), grantAddress(appId, userId)]) {
      if (await records.insert(at, value)) continue;
      await changeRecord(records, at, (old) => {
        const { role: before } = parseMembership(userId, old);
        const role = roleOf(before);
        return role === before ? undefined : { ...old, role };
      });
    }
    forget(userId);
    await settle(appId, userId);
  }

  /** After each change: the listing and the set of owners agree with the grant, whoever else changed it meanwhile. */
  async function settle(appId: AppId, userId: UserId): Promise<void> {
    const isOwner = async (): Promise<boolean> => {
      const found = await records.get(grantAddress(appId, userId));
      if (found === undefined) return false;
      const listing = listingAddress(appId, userId);
      if ((await records.get(listing)) === undefined) await records.insert(listing, found.value);
      return parseMembership(userId, found.value).role === "owner";
    };
    try {
      await owners(appId).settle(userId, isOwner, lastOwner);
    } catch (error) {
      // The others left while this one was made an owner and less than one at once: this one stays.
      if (isFault(error, "conflict")) await write(appId, userId, "owner", () => "owner");
      throw error;
    }
  }

  function takeBack(appId: AppId, userId: UserId): Promise<void> {
    return deps.takeBack(userId, { instanceAdmin: false, applications: [appId] });
  }

  async function remove(appId: AppId, userId: UserId): Promise<void> {
    await removeRecord(records, grantAddress(appId, userId));
    forget(userId);
    await removeRecord(records, listingAddress(appId, userId));
  }

  return {
    async set(appId, userId, role) {
      await write(appId, userId, role, () => role);
      await takeBack(appId, userId);
    },

    async raise(appId, userId, role) {
      await write(appId, userId, role, (old) => (includes(old, role) ? old : role));
      await takeBack(appId, userId);
    },

    async change(appId, userId, role) {
      if (role !== "owner") await owners(appId).leave(userId, lastOwner);
      await write(appId, userId, role, () => role);
      await takeBack(appId, userId);
    },

    async expel(appId, userId) {
      await owners(appId).leave(userId, lastOwner);
      await takeBack(appId, userId);
      await remove(appId, userId);
      await settle(appId, userId);
    },

    remove,

    async removeAll(appId) {
      for await (const row of allRecords(records, "member", appId)) {
        await remove(appId, parseUserId(row.key));
      }
      await owners(appId).end();
    },

    get,

    async list(appId, { after, limit }) {
      const members: Membership[] = [];
      let from: string | undefined = after;
      for (;;) {
        const rows = await records.list("member", appId, {
          limit: limit + 1 - members.length,
          ...(from === undefined ? {} : { after: from }),
        });
        const found = await Promise.all(rows.map((row) => get(appId, parseUserId(row.key))));
        for (const one of found) if (one !== undefined) members.push(one);
        const next = members[limit - 1]?.userId;
        if (members.length > limit && next !== undefined) {
          return { members: members.slice(0, limit), next };
        }
        if (rows.length === 0) return { members };
        from = rows.at(-1)?.key;
      }
    },

    async rolesOf(userId) {
      const roles = new Map<AppId, Role>();
      for await (const row of allRecords(records, "membership", userId)) {
        roles.set(parseAppId(row.key), parseMembership(userId, row.value).role);
      }
      return roles;
    },
  };
}

/** Whether a role includes another one. */
export function includes(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

function lastOwner(): FaultError {
  return unmet("the last owner stays: make somebody else an owner first");
}

function listingAddress(appId: AppId, userId: UserId): RecordAddress {
  return { table: "member", partition: appId, key: userId };
}

function grantAddress(appId: AppId, userId: UserId): RecordAddress {
  return { table: "membership", partition: userId, key: appId };
}

function parseMembership(userId: UserId, value: JsonObject): Membership {
  const fields = storedFields("membership", value);
  return {
    userId,
    role: fields.oneOf("role", ROLES),
    addedAtMs: fields.numberOrNull("added_at_ms"),
  };
}
