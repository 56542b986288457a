/**
 * A process that takes a lease in the distributed store and works under it, one line for each thing it does:
 * `had <fence>`, then `worked <fence>` as long as it trusts the lease, `over` when it does not, and again.
 * Run by a test that kills or stops it: `node holding-process.ts <options as JSON> <lock> <lease ms>`.
 */
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";

import { systemClock } from "../../../src/server/system-clock.ts";
import type { CassandraOptions } from "../../../src/storage/cassandra/connect.ts";
import { createLeases } from "../../../src/storage/lease.ts";
import { openForTests } from "./keyspace.ts";

const [, , optionsText = "{}", lock = "", leaseText = ""] = process.argv;

const store = await openForTests(JSON.parse(optionsText) as CassandraOptions);
const leases = createLeases({
  locks: store.locks,
  clock: systemClock,
  leaseMs: Number(leaseText),
  owner: randomUUID(),
  host: "tests",
  newNonce: randomUUID,
});

// Written at once, so that a killed process has said all it did.
const say = (line: string): void => void writeSync(1, `${line}\n`);

for (;;) {
  const lease = await leases.acquire(lock);
  say(`had ${lease.fence}`);
  try {
    for (;;) {
      lease.check();
      say(`worked ${lease.fence}`);
      await systemClock.sleep(10);
    }
  } catch {
    say("over");
  }
}
