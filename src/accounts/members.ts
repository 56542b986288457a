/**
 * Who belongs to which application.
 * Invariant: the grant is the `membership` record under the user; the `member` record under the application
 * lists whom it was given to. The listing is written before the grant and removed after it, so that nobody
 * has a grant who is not listed; a listing without a grant gives nothing.
 * Both may point to an application that was never finished or is gone: readers ask for the application too.
 */
import { allRecords, changeRecord, removeRecord } from "../auth/change-record.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Forget } from "../auth/verified-cache.ts";
import { parseAppId, parseUserId, type AppId, type UserId } from "../domain/ids.ts";
import { ROLES, type Role } from "../domain/principal.ts";
import type { RecordStore } from "../storage/record-store.ts";

export interface Members {
  /** Makes the user a member, or changes the role of one; may be repeated. */
  set(appId: AppId, userId: UserId, role: Role): Promise<void>;
  remove(appId: AppId, userId: UserId): Promise<void>;
  /** Removes all members of an application; may be repeated. */
  removeAll(appId: AppId): Promise<void>;
  /** What the user may do where. */
  rolesOf(userId: UserId): Promise<ReadonlyMap<AppId, Role>>;
}

export function createMembers(deps: { records: RecordStore; forget: Forget }): Members {
  const { records } = deps;

  function forget(userId: UserId): void {
    deps.forget((principal) => principal.kind === "user" && principal.userId === userId);
  }

  async function remove(appId: AppId, userId: UserId): Promise<void> {
    await removeRecord(records, { table: "membership", partition: userId, key: appId });
    forget(userId);
    await removeRecord(records, { table: "member", partition: appId, key: userId });
  }

  return {
    async set(appId, userId, role) {
      const listing = { table: "member", partition: appId, key: userId } as const;
      const grant = { table: "membership", partition: userId, key: appId } as const;
      for (const at of [listing, grant]) {
        if (await records.insert(at, { role })) continue;
        await changeRecord(records, at, (value) => ({ ...value, role }));
      }
      forget(userId);
    },

    remove,

    async removeAll(appId) {
      for await (const row of allRecords(records, "member", appId)) {
        await remove(appId, parseUserId(row.key));
      }
    },

    async rolesOf(userId) {
      const roles = new Map<AppId, Role>();
      for await (const row of allRecords(records, "membership", userId)) {
        roles.set(parseAppId(row.key), storedFields("membership", row.value).oneOf("role", ROLES));
      }
      return roles;
    },
  };
}
