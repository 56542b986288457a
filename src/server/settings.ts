/**
 * Settings of a server: flag, else environment, else default. There is no file.
 * Invariant: an unknown ARGUS_ variable or flag is an error that names it; nothing else reads the environment.
 */
import { resolve } from "node:path";

export interface ServerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Absolute path of the data folder. */
  readonly data: string;
  readonly store: "sqlite";
  /** Where people reach the server; links, cookies and the path prefix come from it. */
  readonly publicUrl: URL | undefined;
  /** Whether X-Forwarded-For and -Proto are believed. */
  readonly trustProxy: boolean;
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined;
  readonly owner: { readonly email: string; readonly password: string } | undefined;
}

/** What is wrong with a setting, in words for the person who set it. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingsError";
  }
}

export interface SettingSpec {
  readonly flag: string;
  readonly variable: string;
  readonly fallback: string;
  readonly help: string;
}

/** Shown by `argus serve --help` and in the docs. */
export const SETTINGS = [
  {
    flag: "listen",
    variable: "ARGUS_LISTEN",
    fallback: "127.0.0.1:4700",
    help: "address and port to listen on",
  },
  {
    flag: "data",
    variable: "ARGUS_DATA",
    fallback: "./argus-data",
    help: "folder of the embedded store",
  },
  {
    flag: "store",
    variable: "ARGUS_STORE",
    fallback: "sqlite",
    help: "where logs are kept: sqlite",
  },
  {
    flag: "public-url",
    variable: "ARGUS_PUBLIC_URL",
    fallback: "",
    help: "how people reach it, e.g. https://logs.example.org/argus",
  },
  {
    flag: "trust-proxy",
    variable: "ARGUS_TRUST_PROXY",
    fallback: "false",
    help: "believe X-Forwarded-For and -Proto: true or false",
  },
  {
    flag: "tls-cert",
    variable: "ARGUS_TLS_CERT",
    fallback: "",
    help: "PEM file of the certificate",
  },
  { flag: "tls-key", variable: "ARGUS_TLS_KEY", fallback: "", help: "PEM file of its key" },
  {
    flag: "owner-email",
    variable: "ARGUS_OWNER_EMAIL",
    fallback: "",
    help: "creates the owner of an empty instance",
  },
  {
    flag: "owner-password",
    variable: "ARGUS_OWNER_PASSWORD",
    fallback: "",
    help: "its password, 12 characters at least",
  },
] as const satisfies readonly SettingSpec[];

type SettingFlag = (typeof SETTINGS)[number]["flag"];

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

  const value = (flag: SettingFlag): string => {
    const spec = SETTINGS.find((one) => one.flag === flag);
    return flags[flag] ?? env[spec?.variable ?? ""] ?? spec?.fallback ?? "";
  };
  const { host, port } = readListen(value("listen"));
  const store = value("store");
  if (store !== "sqlite")
    throw new SettingsError(`ARGUS_STORE is ${JSON.stringify(store)}: this version knows sqlite`);
  return {
    host,
    port,
    data: resolve(cwd, value("data")),
    store,
    publicUrl: readPublicUrl(value("public-url")),
    trustProxy: readBoolean("ARGUS_TRUST_PROXY", value("trust-proxy")),
    tls: readPair(
      value("tls-cert"),
      value("tls-key"),
      "ARGUS_TLS_CERT",
      "ARGUS_TLS_KEY",
      (certPath, keyPath) => ({
        certPath: resolve(cwd, certPath),
        keyPath: resolve(cwd, keyPath),
      }),
    ),
    owner: readPair(
      value("owner-email"),
      value("owner-password"),
      "ARGUS_OWNER_EMAIL",
      "ARGUS_OWNER_PASSWORD",
      (email, password) => ({ email, password }),
    ),
  };
}

function readListen(text: string): { host: string; port: number } {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535)
    throw new SettingsError(
      `ARGUS_LISTEN is ${JSON.stringify(text)}: write it as host:port, e.g. 127.0.0.1:4700`,
    );
  const host =
    match[1] === undefined || match[1] === "" ? "127.0.0.1" : match[1].replace(/^\[|\]$/g, "");
  return { host, port };
}

function readPublicUrl(text: string): URL | undefined {
  if (text === "") return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new SettingsError(
      `ARGUS_PUBLIC_URL is ${JSON.stringify(text)}: write it as https://host or https://host/prefix`,
    );
  return new URL(text);
}

function readBoolean(name: string, text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off|)$/i.test(text)) return false;
  throw new SettingsError(`${name} is ${JSON.stringify(text)}: write true or false`);
}

function readPair<T>(
  a: string,
  b: string,
  aName: string,
  bName: string,
  make: (a: string, b: string) => T,
): T | undefined {
  if (a === "" && b === "") return undefined;
  if (a === "") throw new SettingsError(`${bName} is set without ${aName}`);
  if (b === "") throw new SettingsError(`${aName} is set without ${bName}`);
  return make(a, b);
}
