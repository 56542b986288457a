/**
 * Brings an embedded store to this program's version, without serving.
 * Invariant: opening is migrating; a folder that a server has open, or that a newer program made, is refused.
 */
import { MIGRATIONS } from "../storage/sqlite/migrations.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { readSettings } from "./settings.ts";
import { systemClock } from "./system-clock.ts";

/**
 * @param data the folder, undefined for the setting's.
 * @returns the folder and the version that its store has now. Throws FaultError and SettingsError.
 */
export async function migrateStore(
  data: string | undefined,
): Promise<{ folder: string; version: number }> {
  const settings = readSettings({ data }, process.env, process.cwd());
  await using _store = await openSqliteStore({ folder: settings.data, clock: systemClock });
  return { folder: settings.data, version: MIGRATIONS.length };
}
