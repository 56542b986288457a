/**
 * Looks at the distributed store of the settings, without serving.
 * Invariant: nothing is made or changed, not even a keyspace that is missing.
 */
import { FaultError } from "../domain/fault.ts";
import { examineCluster } from "../storage/cassandra/doctor.ts";
import { failure, type Finding } from "../storage/cassandra/doctor-finding.ts";
import { openSession } from "../storage/cassandra/session.ts";
import { readSettings } from "./settings.ts";
import { storeProblem } from "./store-problem.ts";
import { systemClock as clock } from "./system-clock.ts";

/**
 * Findings as they are made; the last ones take a quarter of a minute.
 * @param flags settings that were given as flags, by their names; the store is `cassandra`.
 * Throws SettingsError.
 */
export async function* examineStore(
  flags: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): AsyncGenerator<Finding, void, undefined> {
  const { store } = readSettings(flags, env, process.cwd());
  if (store.kind !== "cassandra") throw new TypeError("the embedded store has no cluster");
  const { options } = store;
  try {
    await using session = await openSession({ options, clock });
    yield* examineCluster({ session, options, clock, signal });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    yield failure(
      "connection",
      storeProblem(error, store),
      "Argus cannot work with a cluster that it does not reach",
      "mend that, and look again",
    );
  }
}
