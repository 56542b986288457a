import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempFolder } from "../../test/support/temp-folder.ts";
import { SettingsError } from "./given-settings.ts";
import { readSettings } from "./settings.ts";

test("an empty environment gives the defaults", () => {
  expect(readSettings({}, {}, "/srv")).toEqual({
    host: "127.0.0.1",
    port: 4700,
    store: { kind: "sqlite", folder: "/srv/argus-data" },
    publicUrl: undefined,
    trustProxy: false,
    tls: undefined,
    owner: undefined,
  });
});

test("a flag wins over the environment", () => {
  const settings = readSettings({ listen: "0.0.0.0:80" }, { ARGUS_LISTEN: "127.0.0.1:1" }, "/");
  expect([settings.host, settings.port]).toEqual(["0.0.0.0", 80]);
});

test.each([
  { listen: "4711", host: "127.0.0.1", port: 4711 },
  { listen: ":0", host: "127.0.0.1", port: 0 },
  { listen: "[::1]:4700", host: "::1", port: 4700 },
  { listen: "localhost:4700", host: "localhost", port: 4700 },
])("listen $listen", ({ listen, host, port }) => {
  const settings = readSettings({ listen }, {}, "/");
  expect([settings.host, settings.port]).toEqual([host, port]);
});

test.each([
  { env: { ARGUS_LITSEN: "x" }, names: "ARGUS_LITSEN" },
  { env: { ARGUS_LISTEN: "nowhere" }, names: "ARGUS_LISTEN" },
  { env: { ARGUS_LISTEN: "127.0.0.1:70000" }, names: "ARGUS_LISTEN" },
  { env: { ARGUS_STORE: "mysql" }, names: "ARGUS_STORE" },
  { env: { ARGUS_PUBLIC_URL: "logs.example.org" }, names: "ARGUS_PUBLIC_URL" },
  { env: { ARGUS_TRUST_PROXY: "perhaps" }, names: "ARGUS_TRUST_PROXY" },
  { env: { ARGUS_TLS_CERT: "a.pem" }, names: "ARGUS_TLS_KEY" },
  { env: { ARGUS_OWNER_PASSWORD: "correct horse battery" }, names: "ARGUS_OWNER_EMAIL" },
  { env: { ARGUS_CASSANDRA_CONTACT_POINTS: "a:1" }, names: "ARGUS_CASSANDRA_CONTACT_POINTS" },
  { env: { ARGUS_CASSANDRA_PASSWORD: "secret" }, names: "ARGUS_CASSANDRA_PASSWORD" },
])("refuses $env naming $names", ({ env, names }) => {
  expect(() => readSettings({}, env, "/")).toThrow(SettingsError);
  expect(() => readSettings({}, env, "/")).toThrow(names);
});

const CASSANDRA = { ARGUS_STORE: "cassandra", ARGUS_CASSANDRA_CONTACT_POINTS: "10.0.0.1" };

test("Cassandra needs contact points alone", () => {
  expect(readSettings({}, CASSANDRA, "/").store).toEqual({
    kind: "cassandra",
    options: {
      contactPoints: ["10.0.0.1:9042"],
      localDataCenter: "datacenter1",
      keyspace: "argus",
    },
  });
});

test("all there is to say of Cassandra", async () => {
  await using folder = await tempFolder();
  const pem = (name: string, what: string): string => {
    const text = `-----BEGIN ${what}-----\n${name}\n-----END ${what}-----\n`;
    writeFileSync(join(folder.path, name), text);
    return text;
  };
  const tls = {
    ca: pem("ca.pem", "CERTIFICATE"),
    cert: pem("cert.pem", "CERTIFICATE"),
    key: pem("key.pem", "EC PRIVATE KEY"),
  };
  const settings = readSettings(
    {
      store: "cassandra",
      "cassandra-contact-points": "a.example.org:9142, [::1]:9043,10.0.0.3",
      "cassandra-local-dc": "east",
    },
    {
      ARGUS_DATA: "/data",
      ARGUS_CASSANDRA_KEYSPACE: "logs_2",
      ARGUS_CASSANDRA_REPLICATION_FACTOR: "3",
      ARGUS_CASSANDRA_USERNAME: "ada",
      ARGUS_CASSANDRA_PASSWORD: "secret",
      ARGUS_CASSANDRA_TLS_CA: "ca.pem",
      ARGUS_CASSANDRA_TLS_CERT: "cert.pem",
      ARGUS_CASSANDRA_TLS_KEY: "key.pem",
    },
    folder.path,
  );
  expect(settings.store).toEqual({
    kind: "cassandra",
    options: {
      contactPoints: ["a.example.org:9142", "[::1]:9043", "10.0.0.3:9042"],
      localDataCenter: "east",
      keyspace: "logs_2",
      replicationFactor: 3,
      credentials: { username: "ada", password: "secret" },
      tls,
    },
  });
});

test("a certificate of its own is read where it is named", async () => {
  await using folder = await tempFolder();
  const pem = (what: string): string => `-----BEGIN ${what}-----\nx\n-----END ${what}-----\n`;
  writeFileSync(join(folder.path, "cert.pem"), pem("CERTIFICATE"));
  writeFileSync(join(folder.path, "key.pem"), pem("PRIVATE KEY"));
  const read = (cert: string, key: string): unknown =>
    readSettings({ "tls-cert": cert }, { ARGUS_TLS_KEY: key }, folder.path).tls;
  expect(read("cert.pem", "key.pem")).toEqual({
    cert: pem("CERTIFICATE"),
    key: pem("PRIVATE KEY"),
  });
  expect(() => read("gone.pem", "key.pem")).toThrow(
    /--tls-cert names .*gone.pem, which cannot be read: ENOENT/,
  );
  expect(() => read("cert.pem", "cert.pem")).toThrow(
    /ARGUS_TLS_KEY names .*cert.pem, which holds no private key/,
  );
});

test("the authorities of this machine stand for a file of them", () => {
  const { store } = readSettings({ "cassandra-tls-ca": "system" }, CASSANDRA, "/");
  const tls = store.kind === "cassandra" ? store.options.tls : undefined;
  expect(tls?.ca).toContain("-----BEGIN CERTIFICATE-----");
  expect(tls?.cert).toBeUndefined();
});

test.each([
  {
    flags: { "cassandra-contact-points": "a:b:c" },
    says: '--cassandra-contact-points names "a:b:c"',
  },
  { flags: { "cassandra-contact-points": "a:0" }, says: '--cassandra-contact-points names "a:0"' },
  { flags: { "cassandra-contact-points": "" }, says: "--cassandra-contact-points is not set" },
  { flags: { "cassandra-local-dc": " " }, says: "--cassandra-local-dc is empty" },
  { flags: { "cassandra-keyspace": "Logs" }, says: '--cassandra-keyspace is "Logs"' },
  { flags: { "cassandra-replication-factor": "0" }, says: "--cassandra-replication-factor is" },
  {
    flags: { "cassandra-username": "ada" },
    says: "--cassandra-username is set without ARGUS_CASSANDRA_PASSWORD",
  },
  { flags: { "cassandra-tls-ca": "none.pem" }, says: "--cassandra-tls-ca names /none.pem" },
  { flags: { "cassandra-tls-ca": "etc/hosts" }, says: "/etc/hosts, which holds no certificate" },
  {
    flags: { "cassandra-tls-key": "a" },
    says: "--cassandra-tls-key is set without ARGUS_CASSANDRA_TLS_CERT",
  },
  { flags: { data: "x" }, says: "--data is the folder of the embedded store" },
  { flags: { store: "sqlite" }, says: "set --store cassandra as well" },
])("refuses $flags beside Cassandra: $says", ({ flags, says }) => {
  const read = (): unknown => readSettings(flags, CASSANDRA, "/");
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(says);
});

test("variables of the clients are no errors", () => {
  expect(() => readSettings({}, { ARGUS_URL: "http://x", ARGUS_API_KEY: "k" }, "/")).not.toThrow();
});
