/** A server stops when it is told to, however its Cassandra is. */
import { describe, expect, inject, test } from "vitest";
import { newKeyspace } from "../support/cassandra/keyspace.ts";
import { startLink } from "../support/cassandra/link.ts";
import { settingsOf } from "../support/cassandra/settings-of.ts";
import { startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const found = inject("cassandra");
/** Where the links of this file stand; no other file's do. */
const FROM = { host: "127.78.0.1", port: 9042 };
/** The discard port: nothing listens there. */
const NOWHERE = { host: "127.0.0.1", port: 9 };

describe.skipIf("missing" in found)("a server", () => {
  test("stops while each connection to its Cassandra is closed as soon as it is open", async () => {
    const options = newKeyspace(found);
    const [host = "", port = ""] = (options.contactPoints[0] ?? "").split(":");
    const link = await startLink({ from: FROM, to: { host, port: Number(port) } });
    const contactPoints = [`${FROM.host}:${FROM.port}`];
    await using argus = await startArgus({ env: settingsOf({ ...options, contactPoints }) });
    const { child, url } = argus;
    await link[Symbol.asyncDispose]();
    await using _ = await startLink({ from: FROM, to: NOWHERE });
    await until("it is not ready", async () => !(await fetch(`${url}/readyz`)).ok);
    child.kill("SIGTERM");
    // What the driver leaves of such a connection lasts for half a minute.
    const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
    await until("it has stopped", hasEnded, 25_000);
    expect(child.exitCode).toBe(0);
  });
});
