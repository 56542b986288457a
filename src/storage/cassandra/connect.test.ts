import cassandra from "cassandra-driver";
import { expect, test } from "vitest";

import { FakeClock } from "../../../test/support/fake-clock.ts";
import { isFault } from "../../domain/fault.ts";
import { type CassandraOptions, driverOptions, refreshOneAtATime } from "./connect.ts";
import { openSession } from "./session.ts";

const NOWHERE: CassandraOptions = {
  // The discard port: nothing listens there.
  contactPoints: ["127.0.0.1:9"],
  localDataCenter: "dc1",
  keyspace: "argus",
  replicationFactor: 1,
};

test.each([
  {
    what: "no node answers",
    options: NOWHERE,
    kind: "overloaded",
    says: "Cassandra at 127.0.0.1:9",
  },
  {
    what: "a keyspace's name would be CQL",
    options: { ...NOWHERE, keyspace: "a; DROP" },
    kind: "invalid",
    says: "keyspace",
  },
  {
    what: "there is no contact point",
    options: { ...NOWHERE, contactPoints: [] },
    kind: "invalid",
    says: "contact",
  },
] as const)("opening fails as $kind when $what", async ({ options, kind, says }) => {
  const error = await openSession({ options, clock: new FakeClock() }).catch(
    (caught: unknown) => caught,
  );
  expect(isFault(error, kind) && error.message).toContain(says);
});

test.each([
  { contactPoints: ["10.0.0.1:9142", "10.0.0.2:9142"], port: 9142 },
  { contactPoints: ["[2001:db8::1]:19042"], port: 19_042 },
])(
  "nodes that others tell of are sought at the port of $contactPoints",
  ({ contactPoints, port }) => {
    // They tell addresses alone; the driver would take 9042.
    expect(driverOptions({ ...NOWHERE, contactPoints }).protocolOptions).toMatchObject({ port });
  },
);

test("the control connection is renewed one at a time, and again after a failure", async () => {
  const client = new cassandra.Client({ contactPoints: ["127.0.0.1:9"], localDataCenter: "dc1" });
  const { controlConnection: control } = client as unknown as {
    controlConnection: { _refresh(rest?: unknown): Promise<void> };
  };
  const begun: unknown[] = [];
  let first = Promise.withResolvers<void>();
  control._refresh = (rest) => {
    begun.push(rest);
    return first.promise;
  };
  const later: (() => void)[] = [];
  refreshOneAtATime(client, (again) => later.push(again));

  const two = [control._refresh(), control._refresh()];
  expect(begun).toEqual([undefined]);
  // The running one goes on with the rest of its plan.
  void control._refresh("rest").catch(() => undefined);
  expect(begun).toEqual([undefined, "rest"]);
  first.reject(new TypeError("Cannot read properties of null"));
  await Promise.all(two);
  expect(later).toHaveLength(1);
  first = Promise.withResolvers();
  later[0]?.();
  expect(begun).toEqual([undefined, "rest", undefined]);
  first.resolve();
  await client.shutdown();
});

test.each([
  { point: "cassandra.eu-west-1.amazonaws.com:9142", name: "cassandra.eu-west-1.amazonaws.com" },
  {
    point: "cassandra-fips.us-east-1.amazonaws.com:9142",
    name: "cassandra-fips.us-east-1.amazonaws.com",
  },
  {
    point: "cassandra.cn-north-1.amazonaws.com.cn:9142",
    name: "cassandra.cn-north-1.amazonaws.com.cn",
  },
  { point: "cassandra.eu-west-1.api.aws:9142", name: "cassandra.eu-west-1.api.aws" },
  { point: "cassandra.example.org:9142", name: undefined },
  { point: "cassandra.eu-west-1.amazonaws.com.example.org:9142", name: undefined },
  { point: "10.0.0.1:9142", name: undefined },
])("a certificate at $point must name $name", ({ point, name }) => {
  const { sslOptions } = driverOptions({
    contactPoints: [point],
    localDataCenter: "eu-west-1",
    keyspace: "argus",
    tls: { ca: "pem" },
  });
  expect(sslOptions?.servername).toBe(name);
  expect(sslOptions?.rejectUnauthorized).toBe(true);
});
