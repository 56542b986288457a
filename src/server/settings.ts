/**
 * Settings of a server: flag, else environment, else default. There is no file.
 * Invariant: an unknown ARGUS_ variable or flag is an error that names it, and so is a setting of a store that is not
 * the chosen one; nothing else reads the environment.
 */
import { resolve } from "node:path";
import type { CassandraOptions } from "../storage/cassandra/connect.ts";
import { readCassandra } from "./cassandra-settings.ts";
import {
  type Given,
  type GivenSettings,
  givenSettings,
  readPair,
  readPemPair,
  SettingsError,
} from "./given-settings.ts";
import { SETTINGS } from "./setting-table.ts";

export type StoreSettings =
  | {
      readonly kind: "sqlite";
      /** Absolute path of the data folder. */
      readonly folder: string;
    }
  | { readonly kind: "cassandra"; readonly options: CassandraOptions };

export interface ServerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly store: StoreSettings;
  /** Where people reach the server; links, cookies and the path prefix come from it. */
  readonly publicUrl: URL | undefined;
  /** Whether X-Forwarded-For and -Proto are believed. */
  readonly trustProxy: boolean;
  /** Texts of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly owner: { readonly email: string; readonly password: string } | undefined;
}

/** Read by the clients of this program, so not unknown to the server either. */
const CLIENT_VARIABLES = new Set(["ARGUS_URL", "ARGUS_API_KEY"]);

/**
 * @param flags values given on the command line, without the dashes.
 * @param env the process's environment.
 * @param cwd what relative paths start from.
 * Throws SettingsError.
 */
export function readSettings(
  flags: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): ServerSettings {
  const known = new Set<string>(SETTINGS.map((spec) => spec.variable));
  for (const name of Object.keys(env))
    if (name.startsWith("ARGUS_") && !known.has(name) && !CLIENT_VARIABLES.has(name))
      throw new SettingsError(`${name} is not a setting. Settings: ${[...known].join(", ")}`);

  const given = givenSettings(flags, env);
  const { host, port } = readListen(given("listen"));
  return {
    host,
    port,
    store: readStore(given, cwd),
    publicUrl: readPublicUrl(given("public-url")),
    trustProxy: readBoolean(given("trust-proxy")),
    tls: readPemPair(given("tls-cert"), given("tls-key"), cwd),
    owner: readPair(given("owner-email"), given("owner-password"), (email, password) => ({
      email,
      password,
    })),
  };
}

function readStore(given: GivenSettings, cwd: string): StoreSettings {
  const { text: kind, name } = given("store");
  switch (kind) {
    case "sqlite": {
      const other = SETTINGS.filter(({ group }) => group === "cassandra")
        .map(({ flag }) => given(flag))
        .find(({ from, text }) => from !== "fallback" && text !== "");
      if (other !== undefined)
        throw new SettingsError(
          `${other.name} is set, but the store is sqlite: set ${name}${name.startsWith("--") ? " " : "="}cassandra as well, or take ${other.name} away`,
        );
      return { kind, folder: resolve(cwd, given("data").text) };
    }
    case "cassandra":
      // The image sets the variable for whoever uses the embedded store.
      if (given("data").from === "flag")
        throw new SettingsError(
          `--data is the folder of the embedded store, but ${name} is cassandra: take one of them away`,
        );
      return { kind, options: readCassandra(given, cwd) };
    default:
      throw new SettingsError(
        `${name} is ${JSON.stringify(kind)}: this version knows sqlite and cassandra`,
      );
  }
}

function readListen({ text, name }: Given): { host: string; port: number } {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535)
    throw new SettingsError(
      `${name} is ${JSON.stringify(text)}: write it as host:port, e.g. 127.0.0.1:4700`,
    );
  const host =
    match[1] === undefined || match[1] === "" ? "127.0.0.1" : match[1].replace(/^\[|\]$/g, "");
  return { host, port };
}

function readPublicUrl({ text, name }: Given): URL | undefined {
  if (text === "") return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new SettingsError(
      `${name} is ${JSON.stringify(text)}: write it as https://host or https://host/prefix`,
    );
  return new URL(text);
}

function readBoolean({ text, name }: Given): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off|)$/i.test(text)) return false;
  throw new SettingsError(`${name} is ${JSON.stringify(text)}: write true or false`);
}
