/**
 * Applications: made, changed, listed, deleted.
 * Invariant: an application exists exactly when its record is there and `live`. Both ends are rows of steps,
 * any of which may be the last one before a crash:
 *   create  1 claim of the name → 2 its creator as owner → 3 the record: it exists
 *           After 1 or 2 nothing exists; whoever wants the name next takes the claim over (claim.ts) and
 *           removes the membership of step 2.
 *   delete  1 record `deleting`: it is gone → 2 its logs (`onDeleted`) → 3 its keys → 4 its members, and what it sent
 *           → 5 the record → 6 the claim of the name
 *           After 1 to 4 the name is taken still; `finishDeletion`, or whoever may delete it and tries
 *           again, goes on from step 2; each step may be repeated. After 5 the claim is one of nothing.
 */
import type { ApiKeys } from "../auth/api-keys.ts";
import { changeRecord, removeRecord } from "../auth/change-record.ts";
import type { Entropy } from "../auth/entropy.ts";
import { noSuchApplication } from "../auth/permissions.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Clock } from "../domain/clock.ts";
import { invalid } from "../domain/fault.ts";
import { parseAppId, parseUserId, type AppId, type UserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import {
  APPLICATION_NAMES,
  applicationAddress,
  DEFAULT_RETENTION_DAYS,
  parseApplication,
  parseApplicationName,
  parseColor,
  parseQuota,
  parseRetentionDays,
  storeApplication,
  type Application,
  type ParsedApplication,
  type Quota,
} from "./application.ts";
import { claimName, finishClaim, isAbandoned } from "./claim.ts";
import type { Members } from "./members.ts";
import type { Usage } from "./usage.ts";
import { parseLine } from "./users.ts";

const MAX_TITLE = 100;

export interface ApplicationEvents {
  /** Hides the logs of an application for good; may be called again for the same one. */
  onDeleted(appId: AppId): Promise<void>;
  /** The retention is another one now; 0 is for ever. */
  onRetentionChanged(appId: AppId, retentionDays: number): Promise<void>;
  /** The quota is another one now. */
  onQuotaChanged(appId: AppId): void;
}

export interface ApplicationChange {
  readonly title?: string | undefined;
  readonly color?: string | undefined;
  readonly retentionDays?: number | undefined;
  readonly quota?: Quota | undefined;
}

export interface ApplicationPage {
  readonly applications: readonly Application[];
  /** The name to go on after; absent at the end. */
  readonly next?: string;
}

export interface Applications {
  /** `conflict` when the name is taken. The creator is its owner. */
  create(
    of: {
      name: string;
      title: string;
      color?: string | undefined;
      retentionDays?: number | undefined;
    },
    creator: UserId,
  ): Promise<Application>;
  /** Fails with `noSuchApplication`. */
  get(id: AppId): Promise<Application>;
  find(id: AppId): Promise<Application | undefined>;
  /** Those of `ids` that exist, by name. */
  listOf(ids: Iterable<AppId>): Promise<readonly Application[]>;
  /** All of the instance, by name, after the name `after`. */
  listAll(page: { after?: string; limit: number }): Promise<ApplicationPage>;
  update(id: AppId, change: ApplicationChange): Promise<Application>;
  /** Fails `invalid` when `confirmName` is another name. Goes on with a deletion that was cut short. */
  delete(id: AppId, confirmName: string): Promise<void>;
  /** Goes on with a deletion that was cut short; of an application that is not deleted, or gone, nothing changes. */
  finishDeletion(id: AppId): Promise<void>;
}

export function createApplications(deps: {
  records: RecordStore;
  members: Members;
  apiKeys: ApiKeys;
  usage: Usage;
  clock: Clock;
  entropy: Entropy;
  events: ApplicationEvents;
}): Applications {
  const { records, members, apiKeys, usage, clock, entropy, events } = deps;

  /** By the record's own value, which nobody changes: a store that keeps records gives the same one again. */
  const parsed = new WeakMap<JsonObject, ParsedApplication>();

  async function read(id: AppId): Promise<ParsedApplication | undefined> {
    const found = await records.get(applicationAddress(id));
    if (found === undefined) return undefined;
    const known = parsed.get(found.value);
    if (known !== undefined) return known;
    if (isAbandoned(found.value)) return undefined;
    const application = parseApplication(found.value);
    parsed.set(found.value, application);
    return application;
  }

  async function find(id: AppId): Promise<Application | undefined> {
    const found = await read(id);
    return found?.state === "live" ? found.application : undefined;
  }

  async function endOf({ id, name }: Application): Promise<void> {
    await events.onDeleted(id);
    await apiKeys.revokeAll(id);
    await members.removeAll(id);
    await usage.end(id);
    await removeRecord(records, applicationAddress(id));
    const claim = await records.get(nameAddress(name));
    // Another application may have the name by now.
    if (claim === undefined || claimedBy(claim.value).id !== id) return;
    await records.remove(nameAddress(name), claim.version);
  }

  return {
    async create(of, creator) {
      const name = parseApplicationName(of.name);
      const title = parseLine(of.title, "title", MAX_TITLE);
      const application: Application = {
        id: parseAppId(entropy.uuid()),
        name,
        title: title === "" ? name : title,
        color: parseColor(of.color ?? ""),
        retentionDays: parseRetentionDays(of.retentionDays ?? DEFAULT_RETENTION_DAYS),
        quota: { entriesPerSecond: 0, bytesPerDay: 0 },
        createdAtMs: clock.nowMs(),
      };
      const { id } = application;
      const taken = `there is an application named ${name} already`;
      const claim = { id, creator };
      const left = await claimName(records, nameAddress(name), claim, applicationAddress, taken);
      if (left !== undefined) {
        const before = claimedBy(left);
        await members.remove(before.id, before.creator);
      }
      await members.set(id, creator, "owner");
      await finishClaim(
        records,
        applicationAddress(id),
        storeApplication(application, "live"),
        taken,
      );
      return application;
    },

    async get(id) {
      const found = await read(id);
      if (found?.state !== "live") throw noSuchApplication(id);
      return found.application;
    },

    find,

    async listOf(ids) {
      const found = await Promise.all([...ids].map((id) => find(id)));
      return found
        .filter((application) => application !== undefined)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },

    async listAll({ after, limit }) {
      const applications: Application[] = [];
      let from = after;
      for (;;) {
        const rows = await records.list("application_name", APPLICATION_NAMES, {
          limit: limit + 1 - applications.length,
          ...(from === undefined ? {} : { after: from }),
        });
        const found = await Promise.all(rows.map((row) => find(claimedBy(row.value).id)));
        applications.push(...found.filter((application) => application !== undefined));
        const next = applications[limit - 1]?.name;
        if (applications.length > limit && next !== undefined) {
          return { applications: applications.slice(0, limit), next };
        }
        if (rows.length === 0) return { applications };
        from = rows.at(-1)?.key;
      }
    },

    async update(id, change) {
      const title =
        change.title === undefined ? undefined : parseLine(change.title, "title", MAX_TITLE);
      const color = change.color === undefined ? undefined : parseColor(change.color);
      const quota = change.quota === undefined ? undefined : parseQuota(change.quota);
      const retentionDays =
        change.retentionDays === undefined ? undefined : parseRetentionDays(change.retentionDays);
      const value = await changeRecord(records, applicationAddress(id), (old) => {
        if (isAbandoned(old)) return undefined;
        const { application, state } = parseApplication(old);
        if (state !== "live") return undefined;
        return storeApplication(
          {
            ...application,
            ...(title === undefined ? {} : { title: title === "" ? application.name : title }),
            ...(color === undefined ? {} : { color }),
            ...(quota === undefined ? {} : { quota }),
            ...(retentionDays === undefined ? {} : { retentionDays }),
          },
          state,
        );
      });
      if (value === undefined || isAbandoned(value)) throw noSuchApplication(id);
      const { application, state } = parseApplication(value);
      if (state !== "live") throw noSuchApplication(id);
      // Even when it is the same as before: a crash may have cut short the change before.
      if (retentionDays !== undefined) await events.onRetentionChanged(id, retentionDays);
      if (quota !== undefined) events.onQuotaChanged(id);
      return application;
    },

    async delete(id, confirmName) {
      const found = await read(id);
      if (found === undefined) throw noSuchApplication(id);
      if (confirmName !== found.application.name) {
        throw invalid("confirm_name", "not the name of the application");
      }
      await changeRecord(records, applicationAddress(id), (value) =>
        storeApplication(parseApplication(value).application, "deleting"),
      );
      await endOf(found.application);
    },

    async finishDeletion(id) {
      const found = await read(id);
      if (found?.state === "deleting") await endOf(found.application);
    },
  };
}

function nameAddress(name: string): RecordAddress {
  return { table: "application_name", partition: APPLICATION_NAMES, key: name };
}

function claimedBy(value: Parameters<typeof storedFields>[1]): { id: AppId; creator: UserId } {
  const fields = storedFields("application_name", value);
  return { id: parseAppId(fields.text("id")), creator: parseUserId(fields.text("creator")) };
}
