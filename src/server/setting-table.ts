/**
 * Every setting of a server: shown by `argus serve --help`, and in docs/operations.md.
 * Invariant: no other name that begins with ARGUS_ is read by the server.
 */

export const SETTING_GROUPS = {
  server: "The server",
  embedded: "The embedded store (sqlite)",
  cassandra: "The distributed store (cassandra), which any number of servers share",
  owner: "The first person",
} as const;

export interface SettingSpec {
  readonly group: keyof typeof SETTING_GROUPS;
  readonly flag: string;
  readonly variable: string;
  readonly fallback: string;
  readonly help: string;
}

export const SETTINGS = [
  {
    group: "server",
    flag: "listen",
    variable: "ARGUS_LISTEN",
    fallback: "127.0.0.1:4700",
    help: "address and port to listen on",
  },
  {
    group: "server",
    flag: "public-url",
    variable: "ARGUS_PUBLIC_URL",
    fallback: "",
    help: "how people reach it, e.g. https://logs.example.org/argus",
  },
  {
    group: "server",
    flag: "trust-proxy",
    variable: "ARGUS_TRUST_PROXY",
    fallback: "false",
    help: "believe X-Forwarded-For and -Proto: true or false",
  },
  {
    group: "server",
    flag: "tls-cert",
    variable: "ARGUS_TLS_CERT",
    fallback: "",
    help: "PEM file of the certificate",
  },
  {
    group: "server",
    flag: "tls-key",
    variable: "ARGUS_TLS_KEY",
    fallback: "",
    help: "PEM file of its key",
  },
  {
    group: "server",
    flag: "store",
    variable: "ARGUS_STORE",
    fallback: "sqlite",
    help: "where logs are kept: sqlite or cassandra",
  },
  {
    group: "embedded",
    flag: "data",
    variable: "ARGUS_DATA",
    fallback: "./argus-data",
    help: "its folder",
  },
  {
    group: "cassandra",
    flag: "cassandra-contact-points",
    variable: "ARGUS_CASSANDRA_CONTACT_POINTS",
    fallback: "",
    help: "some of its nodes, as host:port,host:port",
  },
  {
    group: "cassandra",
    flag: "cassandra-local-dc",
    variable: "ARGUS_CASSANDRA_LOCAL_DC",
    fallback: "datacenter1",
    help: "the data centre that reads and writes",
  },
  {
    group: "cassandra",
    flag: "cassandra-keyspace",
    variable: "ARGUS_CASSANDRA_KEYSPACE",
    fallback: "argus",
    help: "made when it is not there",
  },
  {
    group: "cassandra",
    flag: "cassandra-replication-factor",
    variable: "ARGUS_CASSANDRA_REPLICATION_FACTOR",
    fallback: "",
    help: "how many nodes keep each row of a keyspace that has to be made: 3, or 1 on one node",
  },
  {
    group: "cassandra",
    flag: "cassandra-username",
    variable: "ARGUS_CASSANDRA_USERNAME",
    fallback: "",
    help: "who logs in there",
  },
  {
    group: "cassandra",
    flag: "cassandra-password",
    variable: "ARGUS_CASSANDRA_PASSWORD",
    fallback: "",
    help: "its password; others on this machine can read flags, so better in the variable",
  },
  {
    group: "cassandra",
    flag: "cassandra-tls-ca",
    variable: "ARGUS_CASSANDRA_TLS_CA",
    fallback: "",
    help: "turns TLS on: PEM file of the authorities of the nodes, or the word system for this machine's",
  },
  {
    group: "cassandra",
    flag: "cassandra-tls-cert",
    variable: "ARGUS_CASSANDRA_TLS_CERT",
    fallback: "",
    help: "PEM file of a certificate to show to the nodes, where they ask for one",
  },
  {
    group: "cassandra",
    flag: "cassandra-tls-key",
    variable: "ARGUS_CASSANDRA_TLS_KEY",
    fallback: "",
    help: "PEM file of its key",
  },
  {
    group: "owner",
    flag: "owner-email",
    variable: "ARGUS_OWNER_EMAIL",
    fallback: "",
    help: "creates the owner of an empty instance",
  },
  {
    group: "owner",
    flag: "owner-password",
    variable: "ARGUS_OWNER_PASSWORD",
    fallback: "",
    help: "its password, 12 characters at least",
  },
] as const satisfies readonly SettingSpec[];

export type SettingFlag = (typeof SETTINGS)[number]["flag"];
