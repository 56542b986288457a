/**
 * An application as it is kept, and what its fields may be.
 * Invariant: what `storeApplication` writes `parseApplication` reads back; parsers of requests fail
 * `invalid` naming the proto field.
 */
import { storedFields } from "../auth/stored-fields.ts";
import { invalid } from "../domain/fault.ts";
import { parseAppId, type AppId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { isAbandoned } from "./claim.ts";

const NAME = /^[a-z0-9-]{1,40}$/;
const COLOR = /^[a-z0-9-]{0,24}$/;
/** 100 years. */
const MAX_RETENTION_DAYS = 36_500;
export const DEFAULT_RETENTION_DAYS = 30;

/** 0 is no bound. */
export interface Quota {
  readonly entriesPerSecond: number;
  readonly bytesPerDay: number;
}

export interface Application {
  readonly id: AppId;
  /** A slug, fixed for life. */
  readonly name: string;
  readonly title: string;
  /** The name of a colour of the page's palette; empty: the page chooses. */
  readonly color: string;
  /** 0 keeps entries for ever. */
  readonly retentionDays: number;
  readonly quota: Quota;
  readonly createdAtMs: number;
}

/** `deleting`: gone for everybody; what belongs to it is being removed. */
export type ApplicationState = "live" | "deleting";

export function parseApplicationName(raw: string): string {
  if (!NAME.test(raw)) throw invalid("name", "must be 1 to 40 of a-z, 0-9 and -");
  return raw;
}

export function parseColor(raw: string): string {
  if (!COLOR.test(raw)) throw invalid("color", "not the name of a colour");
  return raw;
}

export function parseRetentionDays(raw: number): number {
  if (!Number.isSafeInteger(raw) || raw < 0 || raw > MAX_RETENTION_DAYS) {
    throw invalid("retention_days", `must be 0 (for ever) to ${MAX_RETENTION_DAYS}`);
  }
  return raw;
}

export function parseQuota(raw: Quota): Quota {
  for (const [field, bound] of [
    ["quota.entries_per_second", raw.entriesPerSecond],
    ["quota.bytes_per_day", raw.bytesPerDay],
  ] as const) {
    if (!Number.isSafeInteger(bound) || bound < 0) throw invalid(field, "must be 0 (none) or more");
  }
  return { entriesPerSecond: raw.entriesPerSecond, bytesPerDay: raw.bytesPerDay };
}

export function storeApplication(application: Application, state: ApplicationState): JsonObject {
  return {
    id: application.id,
    state,
    name: application.name,
    title: application.title,
    color: application.color,
    retention_days: application.retentionDays,
    entries_per_second: application.quota.entriesPerSecond,
    bytes_per_day: application.quota.bytesPerDay,
    created_at_ms: application.createdAtMs,
  };
}

export interface ParsedApplication {
  readonly application: Application;
  readonly state: ApplicationState;
}

export function parseApplication(value: JsonObject): ParsedApplication {
  const fields = storedFields("application", value);
  return {
    state: fields.oneOf("state", ["live", "deleting"]),
    application: {
      id: parseAppId(fields.text("id")),
      name: fields.text("name"),
      title: fields.text("title"),
      color: fields.text("color"),
      retentionDays: fields.number("retention_days"),
      quota: {
        entriesPerSecond: fields.number("entries_per_second"),
        bytesPerDay: fields.number("bytes_per_day"),
      },
      createdAtMs: fields.number("created_at_ms"),
    },
  };
}

/** The partition of all names that are taken. */
export const APPLICATION_NAMES = "names";

export function applicationAddress(id: string): RecordAddress {
  return { table: "application", partition: id, key: id };
}

/** For who needs no more of accounts. @returns undefined when it was never made, or is gone altogether. */
export async function readApplication(
  records: Pick<RecordStore, "get">,
  id: AppId,
): Promise<ParsedApplication | undefined> {
  const found = await records.get(applicationAddress(id));
  return found === undefined || isAbandoned(found.value)
    ? undefined
    : parseApplication(found.value);
}
