/**
 * Who changed what, from where.
 * Invariant: no change without its event. An event is written before its change and taken back when the change is
 * refused; what a change made is added to it afterwards. So after a crash, or a store that did not answer, an event may
 * stand for a change that did not come, never the other way round.
 * Events are kept by scope (an application, or the instance) and month of the writer's clock, newest first, and for a
 * year; they name nothing secret.
 */
import { allRecords, changeRecord, removeRecord } from "../auth/change-record.ts";
import type { Entropy } from "../auth/entropy.ts";
import { newestFirst } from "../auth/newest-first.ts";
import type { Clock } from "../domain/clock.ts";
import { FaultError, invalid, type FaultKind } from "../domain/fault.ts";
import type { AppId, UserId } from "../domain/ids.ts";
import type { Logger } from "../domain/logger.ts";
import type { Principal } from "../domain/principal.ts";
import type { RecordAddress, RecordStore } from "../storage/record-store.ts";
import {
  parseAuditEvent,
  storeAuditEvent,
  type AuditActor,
  type AuditChange,
  type AuditEvent,
} from "./audit-event.ts";
import type { Users } from "./users.ts";
import { DAY_MS } from "../domain/time-range.ts";

const KEPT_MS = 365 * DAY_MS;
/** Months that are looked through for events to delete, before the oldest one that is kept. */
const MONTHS_TIDIED = 24;
/** (month, scope) pairs known to be on the list of what to tidy. */
const REMEMBERED = 10_000;

export type AuditScope = AppId | "instance";

/** Who asks for a change, as the edge knows them. */
export interface AuditOrigin {
  readonly principal: Principal;
  /** Who it is, where the call itself proves it. */
  readonly actor?: AuditActor;
  readonly address: string;
  readonly device: string;
}

/** What a change turned out to be. */
export type AuditAddition = Partial<Pick<AuditEvent, "actor" | "target" | "details">>;

export interface Audit {
  /**
   * Does `work` with its event written.
   * @param learnt what only the outcome tells, such as the id of what was made.
   */
  run<T>(
    scope: AuditScope,
    by: AuditOrigin,
    change: AuditChange,
    work: () => Promise<T>,
    learnt?: (result: T) => AuditAddition,
  ): Promise<T>;
  /** Newest first. `after` is the `next` of the page before; fails `invalid` for another text. */
  list(
    scope: AuditScope,
    page: { after?: string; limit: number },
  ): Promise<{ events: readonly AuditEvent[]; next?: string }>;
  /** Deletes what is older than a year. */
  tidy(): Promise<void>;
}

export function createAudit(deps: {
  records: RecordStore;
  users: Users;
  clock: Clock;
  entropy: Entropy;
  logger: Logger;
}): Audit {
  const { records, users, clock, entropy, logger } = deps;
  const listed = new Set<string>();

  async function actorOf(principal: Principal): Promise<AuditActor> {
    switch (principal.kind) {
      case "nobody":
        return { kind: "nobody", id: "", name: "" };
      case "key":
        return { kind: "key", id: principal.keyId, name: "" };
      case "user":
        return userActor(principal.userId, (await users.get(principal.userId))?.email ?? "");
      default:
        return principal satisfies never;
    }
  }

  async function begin(scope: AuditScope, event: AuditEvent): Promise<RecordAddress> {
    const month = monthOf(event.atMs);
    const line = `${month} ${scope}`;
    if (!listed.has(line)) {
      await records.insert({ table: "audit_month", partition: month, key: scope }, {});
      if (listed.size >= REMEMBERED) listed.clear();
      listed.add(line);
    }
    const time = event.atMs.toString(16).padStart(12, "0");
    const at: RecordAddress = {
      table: "audit",
      partition: partitionOf(scope, month),
      key: newestFirst(`${time}-${event.id}`),
    };
    await records.insert(at, storeAuditEvent(event));
    return at;
  }

  async function takeBack(at: RecordAddress): Promise<void> {
    try {
      await removeRecord(records, at);
    } catch (error) {
      // The caller is to hear why the change was refused; the event that stays says more than happened.
      logger.warn("an audit event of a refused change could not be taken back", {
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  return {
    async run(scope, by, change, work, learnt) {
      const { principal, address, device } = by;
      const at = await begin(scope, {
        ...change,
        id: entropy.uuid(),
        atMs: clock.nowMs(),
        actor: by.actor ?? (await actorOf(principal)),
        address,
        device,
      });
      let result;
      try {
        result = await work();
      } catch (error) {
        if (isRefusal(error)) await takeBack(at);
        throw error;
      }
      const more = learnt?.(result);
      if (more !== undefined) {
        await changeRecord(records, at, (value) => {
          const event = parseAuditEvent(value);
          const details = { ...event.details, ...more.details };
          return storeAuditEvent({ ...event, ...more, details });
        });
      }
      return result;
    },

    async list(scope, { after, limit }) {
      const nowMs = clock.nowMs();
      const oldest = monthOf(nowMs - KEPT_MS);
      const from = after === undefined ? undefined : parsePlace(after);
      // Clocks of processes differ: an event may lie in the month ahead.
      let month = from?.month ?? monthOf(nowMs + DAY_MS);
      let key = from?.key;
      const events: AuditEvent[] = [];
      let next: string | undefined;
      for (; month >= oldest; month = monthBefore(month), key = undefined) {
        const rows = await records.list("audit", partitionOf(scope, month), {
          limit: limit + 1 - events.length,
          ...(key === undefined ? {} : { after: key }),
        });
        for (const row of rows) {
          if (events.length === limit) return { events, ...(next === undefined ? {} : { next }) };
          const event = parseAuditEvent(row.value);
          if (event.atMs < nowMs - KEPT_MS) continue;
          events.push(event);
          next = `${month} ${row.key}`;
        }
      }
      return { events };
    },

    async tidy() {
      let month = monthBefore(monthOf(clock.nowMs() - KEPT_MS));
      for (let i = 0; i < MONTHS_TIDIED; i++, month = monthBefore(month)) {
        for await (const line of allRecords(records, "audit_month", month)) {
          const partition = `${line.key} ${month}`;
          for await (const row of allRecords(records, "audit", partition)) {
            await records.remove({ table: "audit", partition, key: row.key }, row.version);
          }
          await removeRecord(records, { table: "audit_month", partition: month, key: line.key });
        }
      }
    },
  };
}

export function userActor(id: UserId, email: string): AuditActor {
  return { kind: "user", id, name: email };
}

/** Whether a failure says that nothing was changed. */
function isRefusal(error: unknown): boolean {
  return error instanceof FaultError && REFUSALS.has(error.fault.kind);
}
const REFUSALS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "invalid",
  "notFound",
  "denied",
  "unauthenticated",
  "conflict",
  "overQuota",
]);

/** `2026-11`, of UTC. */
function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}

function monthBefore(month: string): string {
  return monthOf(Date.parse(`${month}-01T00:00:00Z`) - DAY_MS);
}

function partitionOf(scope: AuditScope, month: string): string {
  return `${scope} ${month}`;
}

function parsePlace(after: string): { month: string; key: string } {
  const [, month, key] = /^(\d{4}-(?:0[1-9]|1[0-2])) ([0-9a-f-]+)$/.exec(after) ?? [];
  if (month === undefined || key === undefined) throw invalid("page_token", "not one of ours");
  return { month, key };
}
