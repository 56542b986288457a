/**
 * One process a data folder. Invariant: while the lock is held no other process, and no second store of this one,
 * gets it; the system frees it when the process ends, however it ends.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { conflict, isFault } from "../../domain/fault.ts";
import { faultOf } from "./database.ts";

/** @returns the lock; throws `conflict` naming the folder when somebody has it. */
export function lockFolder(folder: string): Disposable {
  // A database of its own: an exclusive lock on the data would shut out our own reading threads.
  const db = new DatabaseSync(join(folder, "lock.db"), { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    const fault = faultOf(error, folder);
    if (isFault(fault, "overloaded") && fault.message === "the store is busy") {
      throw conflict(
        `the data folder ${folder} is in use by another Argus process: stop that one, or give this one a folder of its own (ARGUS_DATA)`,
      );
    }
    throw fault;
  }
  return { [Symbol.dispose]: () => db.close() };
}
