/**
 * How the distributed store is reached, out of the settings.
 * Invariant: what it says of a setting names it and never shows a secret.
 */
import { getCACertificates } from "node:tls";
import type { CassandraOptions } from "../storage/cassandra/connect.ts";
import {
  type Given,
  type GivenSettings,
  readPair,
  readPem,
  readPemPair,
  SettingsError,
} from "./given-settings.ts";

const USUAL_PORT = 9042;
/** What stands in the place of a file for the authorities that this machine trusts. */
const SYSTEM = "system";

/** @param cwd what relative paths start from. Throws SettingsError. */
export function readCassandra(given: GivenSettings, cwd: string): CassandraOptions {
  const replicationFactor = readFactor(given("cassandra-replication-factor"));
  const credentials = readPair(
    given("cassandra-username"),
    given("cassandra-password"),
    (username, password) => ({ username, password }),
  );
  const tls = readTls(given, cwd);
  return {
    contactPoints: readContactPoints(given("cassandra-contact-points")),
    localDataCenter: readDataCenter(given("cassandra-local-dc")),
    keyspace: readKeyspace(given("cassandra-keyspace")),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function readContactPoints({ text, name }: Given): string[] {
  if (text.trim() === "")
    throw new SettingsError(
      `${name} is not set: name some of the nodes, as host:port,host:port, e.g. 127.0.0.1:${USUAL_PORT}`,
    );
  return text.split(",").map((each) => {
    const point = each.trim();
    const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:[\]/@]+)(?::(\d{1,5}))?$/.exec(point);
    const port = Number(match?.[2] ?? USUAL_PORT);
    if (match === null || port < 1 || port > 65_535)
      throw new SettingsError(
        `${name} names ${JSON.stringify(point)}: write each node as host:port, e.g. 127.0.0.1:${USUAL_PORT}, and commas between them`,
      );
    return `${match[1]}:${port}`;
  });
}

function readDataCenter({ text, name }: Given): string {
  if (text.trim() === "")
    throw new SettingsError(`${name} is empty: name the data centre as "nodetool status" shows it`);
  return text.trim();
}

function readKeyspace({ text, name }: Given): string {
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(text))
    throw new SettingsError(
      `${name} is ${JSON.stringify(text)}: a lower-case letter, then letters, digits and _, at most 48`,
    );
  return text;
}

function readFactor({ text, name }: Given): number | undefined {
  if (text === "") return undefined;
  const factor = Number(text);
  if (!/^\d{1,2}$/.test(text) || factor < 1)
    throw new SettingsError(
      `${name} is ${JSON.stringify(text)}: write how many nodes keep each row, e.g. 3`,
    );
  return factor;
}

function readTls(given: GivenSettings, cwd: string): CassandraOptions["tls"] {
  const ca = given("cassandra-tls-ca");
  const cert = given("cassandra-tls-cert");
  const key = given("cassandra-tls-key");
  const pair = readPemPair(cert, key, cwd);
  if (pair !== undefined && ca.text === "")
    throw new SettingsError(
      `${cert.name} is set without ${ca.name}: name the file of the nodes' authorities, or write ${SYSTEM} for those of this machine`,
    );
  if (ca.text === "") return undefined;
  return {
    ca: ca.text === SYSTEM ? systemAuthorities() : readPem(ca, "CERTIFICATE", cwd),
    ...pair,
  };
}

/** Those that Node brings along, and those that the machine was given. */
function systemAuthorities(): string {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])].join("\n");
}
