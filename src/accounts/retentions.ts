/**
 * How long every application's entries are kept, for who needs no more of accounts.
 * Invariant: an application whose deletion was cut short is told as deleted until nothing is left of it.
 */
import { allRecords } from "../auth/change-record.ts";
import { storedFields } from "../auth/stored-fields.ts";
import { type AppId, parseAppId } from "../domain/ids.ts";
import type { RecordStore } from "../storage/record-store.ts";
import { APPLICATION_NAMES, readApplication } from "./application.ts";

export interface ApplicationRetention {
  readonly id: AppId;
  /** 0 keeps entries for ever. */
  readonly retentionDays: number;
  readonly isDeleted: boolean;
}

/** By name, read by pages; one that is made or deleted meanwhile may be among them or not. */
export async function* applicationIds(records: Pick<RecordStore, "list">): AsyncGenerator<AppId> {
  for await (const { value } of allRecords(records, "application_name", APPLICATION_NAMES))
    yield parseAppId(storedFields("application_name", value).text("id"));
}

/** @returns undefined when nothing is left of it, or it never came to be. */
export async function retentionOf(
  records: Pick<RecordStore, "get">,
  id: AppId,
): Promise<ApplicationRetention | undefined> {
  const found = await readApplication(records, id);
  if (found === undefined) return undefined;
  const { application, state } = found;
  return { id, retentionDays: application.retentionDays, isDeleted: state === "deleting" };
}
