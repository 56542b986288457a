/**
 * The compose file sets what the server reads, as there may be no container engine to try it with.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { readSettings } from "../src/server/settings.ts";

const TEXT = readFileSync(new URL("../docker-compose.yml", import.meta.url), "utf8");

/** The lines below a service's name that are indented further. */
function serviceNamed(name: string): string {
  return new RegExp(`^  ${name}:\\n((?: {4}.*\\n|\\n)+)`, "m").exec(TEXT)?.[1] ?? "";
}

test("the server on Cassandra is set up to reach it", () => {
  const lines = serviceNamed("argus-on-cassandra").matchAll(/^ {6}(ARGUS_\w+): "?(.*?)"?$/gm);
  const env = Object.fromEntries([...lines].map(([, name = "", value]) => [name, value]));
  expect(readSettings({}, { ...env, ARGUS_DATA: "/data" }, "/").store).toEqual({
    kind: "cassandra",
    options: {
      contactPoints: ["cassandra:9042"],
      localDataCenter: "datacenter1",
      keyspace: "argus",
      replicationFactor: 1,
    },
  });
});

test("its Cassandra acknowledges what is on disk, keeps it, and is waited for", () => {
  expect(serviceNamed("argus-on-cassandra")).toMatch(/cassandra:\n +condition: service_healthy/);
  const cassandra = serviceNamed("cassandra");
  expect(cassandra).toMatch(/^ {4}image: cassandra:5\.0\.\d+$/m);
  expect(cassandra).toContain("s/^commitlog_sync: periodic/commitlog_sync: group/");
  expect(cassandra).toContain("cassandra-data:/var/lib/cassandra");
  expect(cassandra).not.toContain("ports:");
});

test("what starts by default is the embedded store alone", () => {
  const names = [...TEXT.matchAll(/^ {2}([\w-]+):\n/gm)].map(([, name = ""]) => name);
  const always = names.filter((name) => {
    const service = serviceNamed(name);
    return /^ {4}(build|image):/m.test(service) && !service.includes("profiles: [cassandra]");
  });
  expect(always).toEqual(["argus"]);
});
