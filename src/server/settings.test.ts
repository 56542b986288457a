import { expect, test } from "vitest";
import { readSettings, SettingsError } from "./settings.ts";

test("an empty environment gives the defaults", () => {
  expect(readSettings({}, {}, "/srv")).toEqual({
    host: "127.0.0.1",
    port: 4700,
    data: "/srv/argus-data",
    store: "sqlite",
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
])("refuses $env naming $names", ({ env, names }) => {
  expect(() => readSettings({}, env, "/")).toThrow(SettingsError);
  expect(() => readSettings({}, env, "/")).toThrow(names);
});

test("variables of the clients are no errors", () => {
  expect(() => readSettings({}, { ARGUS_URL: "http://x", ARGUS_API_KEY: "k" }, "/")).not.toThrow();
});
