/**
 * A whole server behind the guard that behaves as Amazon Keyspaces does: from an empty keyspace to answers, and again.
 */
import { randomUUIDv7 } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { searchAll, send } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { newKeyspace } from "../support/cassandra/keyspace.ts";
import { type KeyspacesGuard, startKeyspacesGuard } from "../support/cassandra/keyspaces-guard.ts";
import { settingsOf } from "../support/cassandra/settings-of.ts";
import { startArgus } from "../support/server-process.ts";

const found = inject("cassandra");
const BATCHES = 12;

describe.skipIf("missing" in found)("a server behind the guard of Keyspaces", () => {
  let guard: KeyspacesGuard;
  let env: Record<string, string>;
  beforeAll(async () => {
    const options = newKeyspace(found);
    guard = await startKeyspacesGuard({
      node: options.contactPoints[0] ?? "",
      localDataCenter: options.localDataCenter,
      seed: 7,
      throttled: 0.03,
      paged: 0.3,
    });
    env = settingsOf({ ...options, contactPoints: [guard.contactPoint] });
  });
  afterAll(() => guard[Symbol.asyncDispose]());

  test("starts on nothing, stores, answers, and goes on after a restart", async () => {
    const batches = Array.from({ length: BATCHES }, (_, n) => ({
      id: randomUUIDv7(),
      entries: [{ message: `first ${n}` }, { message: `second ${n}` }],
    }));
    let secret = "";
    {
      await using argus = await startArgus({ env });
      ({ secret } = await makeApplication(argus.url, "guarded"));
      await Promise.all(batches.map(({ id, entries }) => send(argus.url, secret, entries, id)));
    }
    await using argus = await startArgus({ env });
    for (const { id, entries } of batches.slice(0, 3)) await send(argus.url, secret, entries, id);
    const messages = (await searchAll(argus.url, secret, "*")).map(({ message }) => message);
    expect(messages.toSorted()).toEqual(
      batches.flatMap(({ entries }) => entries.map(({ message }) => message)).toSorted(),
    );
    expect(guard.refused).toEqual([]);
    expect(guard.met.throttled).toBeGreaterThan(0);
  });
});
