/**
 * Finds one Cassandra for a whole run of vitest: the address in ARGUS_TEST_CASSANDRA, else a container, else the
 * machine's own Java with the server from Maven. Runs only when a test file that needs it is in the run.
 * Invariant: what was started here has ended when the run has.
 */
import type { TestProject } from "vitest/node";

import { startContainer } from "./container.ts";
import { type RunningCassandra, startLocalNode } from "./local-node.ts";
import { findJava } from "./node-process.ts";
import { serverJars } from "./server-jars.ts";

/** What tests are given; a file of tests makes its own keyspace there. */
export type CassandraForTests =
  | { readonly contactPoint: string; readonly localDataCenter: string }
  | { readonly missing: string };

declare module "vitest" {
  interface ProvidedContext {
    cassandra: CassandraForTests;
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env["ARGUS_TEST_CASSANDRA"];
  if (given !== undefined && given !== "") {
    // `host:port/data-centre`
    const [contactPoint = "", localDataCenter = "datacenter1"] = given.split("/");
    project.provide("cassandra", { contactPoint, localDataCenter });
    return undefined;
  }
  const started = performance.now();
  const found = await find();
  if ("missing" in found) {
    console.warn(
      `CASSANDRA IS NOT TESTED: ${found.missing}. Give an address in ARGUS_TEST_CASSANDRA (host:port/data-centre), run a container engine, or install Java and Maven: .ci/install-java`,
    );
    project.provide("cassandra", { missing: found.missing });
    return undefined;
  }
  const { contactPoint, localDataCenter } = found;
  console.log(
    `Cassandra for the tests at ${contactPoint} after ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  project.provide("cassandra", { contactPoint, localDataCenter });
  return async () => {
    await found[Symbol.asyncDispose]();
  };
}

async function find(): Promise<RunningCassandra | { missing: string }> {
  try {
    const container = await startContainer();
    if (container !== undefined) return container;
    const java = findJava();
    if ("missing" in java) return { missing: `there is no container engine, and ${java.missing}` };
    return await startLocalNode(java, serverJars());
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
