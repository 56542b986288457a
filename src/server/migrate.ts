/**
 * Brings a store to this program's version, without serving.
 * Invariant: opening is migrating; a folder that a server has open, or a store that a newer program made, is refused.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { FaultError } from "../domain/fault.ts";
import { MIGRATIONS as CASSANDRA_MIGRATIONS } from "../storage/cassandra/migrations.ts";
import { openCassandraStore } from "../storage/cassandra/open-store.ts";
import { DATABASE_FILE } from "../storage/sqlite/backup.ts";
import { MIGRATIONS } from "../storage/sqlite/migrations.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { readSettings, type StoreSettings } from "./settings.ts";
import { storeProblem } from "./store-problem.ts";
import { systemClock as clock } from "./system-clock.ts";

/** The store does not open; the message says what to do. */
export class StoreProblem extends Error {}

/**
 * @param flags settings that were given as flags, by their names.
 * @returns where the store is, and the version that it has now. Throws StoreProblem and SettingsError.
 */
export async function migrateStore(
  flags: Readonly<Record<string, string | undefined>>,
): Promise<{ where: string; version: number }> {
  const { store } = readSettings(flags, process.env, process.cwd());
  try {
    return await openOnce(store);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    throw new StoreProblem(storeProblem(error, store), { cause: error });
  }
}

async function openOnce(store: StoreSettings): Promise<{ where: string; version: number }> {
  if (store.kind === "sqlite") {
    // A slip in its name must not leave a new, empty store behind.
    if (!existsSync(join(store.folder, DATABASE_FILE)))
      throw new StoreProblem(
        `There is no store in ${store.folder}. Name its folder with --data or ARGUS_DATA; a new one is made by argus serve.`,
      );
    await using _opened = await openSqliteStore({ folder: store.folder, clock });
    return { where: store.folder, version: MIGRATIONS.length };
  }
  const { options } = store;
  await using opened = await openCassandraStore({
    options,
    clock,
    owner: randomUUID(),
    host: hostname(),
    newNonce: randomUUID,
  });
  const { where, keyspace } = opened.session;
  return { where: `${where}, keyspace ${keyspace}`, version: CASSANDRA_MIGRATIONS.length };
}
