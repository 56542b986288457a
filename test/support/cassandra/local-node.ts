/**
 * One Cassandra node for throw-away data.
 * Invariant: it and its folder are gone when it is disposed of, and when this process ends in whatever way.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DATA_CENTER } from "./node-files.ts";
import { freePorts, type Java, startNode } from "./node-process.ts";

export interface RunningCassandra extends AsyncDisposable {
  /** `host:port`. */
  readonly contactPoint: string;
  readonly localDataCenter: string;
}

/** @param lib holds the server's jars. */
export async function startLocalNode(java: Java, lib: string): Promise<RunningCassandra> {
  const [nativePort = 0, storagePort = 0, sslStoragePort = 0] = await freePorts(3);
  const node = await startNode(java, {
    folder: mkdtempSync(join(tmpdir(), "argus-cassandra-")),
    lib,
    nativePort,
    storagePort,
    sslStoragePort,
    javaVersion: java.version,
  });
  return {
    contactPoint: node.contactPoint,
    localDataCenter: DATA_CENTER,
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}
