/**
 * What to do about a store that does not open, in words for the person who starts the server.
 * Invariant: settings are named by their variables, and no secret is shown.
 */
import type { FaultError } from "../domain/fault.ts";
import type { StoreSettings } from "./settings.ts";

const NAMES = "ARGUS_CASSANDRA_";

/** What Cassandra, its driver or TLS says, and what it mostly means. */
const HINTS: readonly { readonly says: RegExp; readonly hint: string }[] = [
  {
    says: /wrong version number|packet length too long/,
    hint: `The nodes speak no TLS at that port: leave ${NAMES}TLS_CA away, or name their port for TLS`,
  },
  {
    says: /certificate|altnames|self.signed|issuer/i,
    hint: `${NAMES}TLS_CA must hold the authority that signed the nodes' certificates, and these must name the addresses that the nodes are reached by`,
  },
  {
    says: /authenticat|credential|password/i,
    hint: `Set ${NAMES}USERNAME and ${NAMES}PASSWORD to a role that may log in`,
  },
  {
    says: /not enough replicas|replicas|quorum/i,
    hint: "Nodes are down, or the keyspace wants more of them than there are: see nodetool status",
  },
  {
    says: /did not reply|reset|closed|hang up/i,
    hint: `Something else may listen there, or the nodes want TLS (${NAMES}TLS_CA); CQL is mostly at port 9042`,
  },
];
const USUAL_HINT = `Is Cassandra running, and does ${NAMES}CONTACT_POINTS name nodes that this machine reaches?`;

/** What `docs/cassandra.md` says a role needs. */
const PERMISSIONS = ["CREATE", "ALTER", "SELECT", "MODIFY"] as const;

/** @param said by Cassandra: "User ada has no MODIFY permission on <table argus.user> or any of its parents". */
function grantsFor(said: string, keyspace: string): string {
  const [, user, permission = "", on = ""] =
    /User (\S+) has no (\w+) permission on <([^>]*)>/.exec(said) ?? [];
  const role = user === undefined || /^[a-z]\w*$/.test(user) ? user : `"${user}"`;
  if (on === "all keyspaces")
    return `Make the keyspace as an administrator ("The role" in docs/cassandra.md), or let the role make it: GRANT ${permission} ON ALL KEYSPACES TO ${role}`;
  const grants = PERMISSIONS.map(
    (each) => `GRANT ${each} ON KEYSPACE ${keyspace} TO ${role ?? "…"}`,
  );
  return `As an administrator, run: ${grants.join("; ")}`;
}

/** @param error as opening the store threw it. */
export function storeProblem({ fault, message }: FaultError, store: StoreSettings): string {
  const said = message.replaceAll(/\s+/g, " ").trim();
  if (store.kind === "sqlite")
    return fault.kind === "overloaded" ? `${said} (its data is in ${store.folder})` : said;
  switch (fault.kind) {
    case "invalid": {
      if (fault.field === "replication_factor")
        return `${fault.reason}: ${NAMES}REPLICATION_FACTOR=3`;
      const [, there] = /only found hosts in data centers: \[(.*)\]/.exec(said) ?? [];
      if (there === undefined) return said;
      return `${NAMES}LOCAL_DC is ${store.options.localDataCenter}, but there are nodes in ${there} only: set it to the data centre that is to read and write`;
    }
    case "denied":
      return `${said}. ${grantsFor(said, store.options.keyspace)}`;
    case "overloaded":
      return `${said}. ${HINTS.find(({ says }) => says.test(said))?.hint ?? USUAL_HINT}`;
    default:
      return said;
  }
}
