import cassandra from "cassandra-driver";
import { expect, inject, test } from "vitest";

const found = inject("cassandra");

test("there is a Cassandra wherever changes are judged", () => {
  expect("missing" in found && process.env["CI"] === "true" ? found.missing : "").toBe("");
});

test.skipIf("missing" in found)("it answers where the setup says", async () => {
  if ("missing" in found) return;
  const client = new cassandra.Client({
    contactPoints: [found.contactPoint],
    localDataCenter: found.localDataCenter,
    monitorReporting: { enabled: false },
  });
  const answer = await client.execute("SELECT release_version FROM system.local");
  expect(answer.first()?.get("release_version")).toMatch(/^\d+\./);
  await client.shutdown();
});
