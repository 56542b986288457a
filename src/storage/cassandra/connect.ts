/**
 * The driver as Argus wants it. Invariants: timestamps are the server's (a process whose clock is a year ahead would
 * otherwise hide later writes); a compare-and-set is never repeated by the driver; nothing is reported to anybody.
 * The figures are from measurements with one and three nodes of Cassandra 5.0.
 */
import cassandra from "cassandra-driver";

import { invalid } from "../../domain/fault.ts";
import { faultOf } from "./driver-errors.ts";
import { certifiedName } from "./keyspaces.ts";

export interface CassandraOptions {
  /** `host:port` of some nodes. */
  readonly contactPoints: readonly string[];
  /** The data centre that reads and writes. */
  readonly localDataCenter: string;
  /** A lower-case name of letters, digits and `_`. */
  readonly keyspace: string;
  /** For a keyspace that has to be made: nobody can guess it, and it is not easily changed. */
  readonly replicationFactor?: number;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** PEM texts. Nodes' certificates must name the addresses they are reached by; those of Keyspaces its endpoint. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export const LWT_PROFILE = "lwt";

// Above the server's own limits, so that the server's answer comes first: a timeout of ours leaves more in doubt.
const READ_TIMEOUT_MS = 6_000;
const LWT_TIMEOUT_MS = 10_000;
/**
 * A connection on which more than these were not answered in time, and are not yet, is closed, and another one opened. One
 * that a firewall or an address translation has forgotten looks like that, and nothing else tells: with the driver's 64 a
 * process that had lost all of its connections so came back after 57 s (cassandra-outage.test.ts), with these after 10.
 */
const DEAD_AFTER_TIMEOUTS = 4;
/**
 * An idempotent statement that is not answered in this time is sent to another node too. A node that stands still is found
 * out by it alone for some seconds, and its statements would wait for the time-out above. Far above what a busy cluster
 * takes for an answer (50 ms), so that it adds no load; one more at most, which is enough for one lost node.
 */
const SPECULATE_MS = 300;
const SPECULATIONS = 1;
const RECONNECT_MS = 1_000;
const PAGE_ROWS = 500;

/**
 * Connects; the caller owns the client and shuts it down.
 * Throws `invalid` for a setting that cannot be, `overloaded` when no node answers or it refuses the credentials.
 */
export async function connect(options: CassandraOptions): Promise<cassandra.Client> {
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(options.keyspace))
    throw invalid("keyspace", "a lower-case letter, then letters, digits and _, at most 48");
  if (options.contactPoints.length === 0) throw invalid("contact_points", "none is given");
  const client = new cassandra.Client(driverOptions(options));
  try {
    refreshOneAtATime(client);
    await client.connect();
    return client;
  } catch (error) {
    await client.shutdown();
    await closeControl(client);
    throw faultOf(error, whereOf(options));
  }
}

/** @returns how messages name the store. */
export function whereOf(options: CassandraOptions): string {
  return `Cassandra at ${options.contactPoints.join(", ")}`;
}

export function driverOptions(options: CassandraOptions): cassandra.DseClientOptions {
  const { types, policies } = cassandra;
  const servername = certifiedName(options.contactPoints);
  const port = Number(/:(\d+)$/.exec(options.contactPoints[0] ?? "")?.[1]);
  return {
    contactPoints: [...options.contactPoints],
    localDataCenter: options.localDataCenter,
    ...(options.credentials === undefined ? {} : { credentials: { ...options.credentials } }),
    ...(options.tls === undefined
      ? {}
      : {
          sslOptions: {
            ...options.tls,
            rejectUnauthorized: true,
            ...(servername === undefined ? {} : { servername }),
          },
        }),
    protocolOptions: {
      maxVersion: types.protocolVersion.v4,
      // Nodes tell each other's addresses without ports; a cluster has one port.
      ...(Number.isNaN(port) ? {} : { port }),
    },
    pooling: {
      coreConnectionsPerHost: { [types.distance.local]: 2, [types.distance.remote]: 0 },
      maxRequestsPerConnection: 1024,
    },
    queryOptions: {
      prepare: true,
      consistency: types.consistencies.localQuorum,
      fetchSize: PAGE_ROWS,
    },
    encoding: { useBigIntAsLong: true, useUndefinedAsUnset: true },
    socketOptions: {
      readTimeout: READ_TIMEOUT_MS,
      connectTimeout: 3_000,
      defunctReadTimeoutThreshold: DEAD_AFTER_TIMEOUTS,
    },
    policies: {
      // The default waits up to ten minutes for a node that is back.
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(RECONNECT_MS),
      speculativeExecution: new policies.speculativeExecution.ConstantSpeculativeExecutionPolicy(
        SPECULATE_MS,
        SPECULATIONS,
      ),
      // The driver documents null as "none"; its types do not know.
      timestampGeneration:
        null as unknown as cassandra.policies.timestampGeneration.TimestampGenerator,
    },
    monitorReporting: { enabled: false },
    profiles: [
      new cassandra.ExecutionProfile(LWT_PROFILE, {
        consistency: types.consistencies.localQuorum,
        serialConsistency: types.consistencies.localSerial,
        readTimeout: LWT_TIMEOUT_MS,
        retry: new policies.retry.FallthroughRetryPolicy(),
      }),
    ],
  };
}

/** A client that never quite connected, as to a wrong data centre, leaves the connection open that it asked about nodes. */
async function closeControl(client: cassandra.Client): Promise<void> {
  const { controlConnection: control } = client as unknown as {
    controlConnection?: {
      shutdown?: () => void;
      connection?: { closeAsync?: () => Promise<void> } | null;
    };
  };
  control?.shutdown?.();
  await control?.connection?.closeAsync?.();
}

type Refresh = (restOfPlan?: unknown) => Promise<void>;

/**
 * Driver 4.10 crashes the process when connections close while its control connection is being renewed: two renewals
 * at once pull the connection from under each other, and nobody awaits them (NODEJS-681). Let through one at a time,
 * and a failed one is tried again.
 */
export function refreshOneAtATime(
  client: cassandra.Client,
  retry: (again: () => void) => void = inASecond,
): void {
  const { controlConnection: control } = client as unknown as {
    controlConnection?: { _refresh?: Refresh };
  };
  const refresh = control?._refresh?.bind(control);
  if (control === undefined || refresh === undefined)
    throw new TypeError("cassandra-driver was changed: its control connection has no _refresh");
  let running: Promise<void> | undefined;
  const once: Refresh = () => {
    running ??= refresh()
      .catch(() => retry(() => void once()))
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  // With the rest of a plan it is the running renewal that goes on to the next node.
  control._refresh = (restOfPlan) => (restOfPlan === undefined ? once() : refresh(restOfPlan));
}

/** A client that was shut down meanwhile does nothing then. */
function inASecond(again: () => void): void {
  setTimeout(again, RECONNECT_MS).unref();
}
