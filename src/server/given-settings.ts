/**
 * Looks settings up where they were given.
 * Invariant: what is wrong is told under the name it was given by: the flag, or the variable.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type SettingFlag, SETTINGS, type SettingSpec } from "./setting-table.ts";

/** What is wrong with a setting, in words for the person who set it. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingsError";
  }
}

export interface Given {
  /** The fallback's where nobody gave any; empty where there is none. */
  readonly text: string;
  /** As it was given, or would be. */
  readonly name: string;
  readonly from: "flag" | "environment" | "fallback";
}

export type GivenSettings = (flag: SettingFlag) => Given;

/**
 * @param flags values given on the command line, without the dashes.
 * @param env the process's environment.
 */
export function givenSettings(
  flags: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string | undefined>>,
): GivenSettings {
  const specs = new Map<SettingFlag, SettingSpec>(SETTINGS.map((spec) => [spec.flag, spec]));
  return (flag) => {
    const spec = specs.get(flag);
    const byFlag = flags[flag];
    if (byFlag !== undefined) return { text: byFlag, name: `--${flag}`, from: "flag" };
    const name = spec?.variable ?? "";
    const byVariable = env[name];
    if (byVariable !== undefined) return { text: byVariable, name, from: "environment" };
    return { text: spec?.fallback ?? "", name, from: "fallback" };
  };
}

/** Two that only mean something together. @returns undefined when neither is given. */
export function readPair<T>(
  first: Given,
  second: Given,
  make: (first: string, second: string) => T,
): T | undefined {
  if (first.text === "" && second.text === "") return undefined;
  if (first.text === "") throw new SettingsError(`${second.name} is set without ${first.name}`);
  if (second.text === "") throw new SettingsError(`${first.name} is set without ${second.name}`);
  return make(first.text, second.text);
}

/** @returns the text of a PEM file. @param what it should hold, as its first line says: `CERTIFICATE`. */
export function readPem({ text, name }: Given, what: string, cwd: string): string {
  const path = resolve(cwd, text);
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new SettingsError(`${name} names ${path}, which cannot be read: ${reason}`);
  }
  if (!new RegExp(`^-----BEGIN [A-Z ]*${what}-----`, "m").test(pem))
    throw new SettingsError(`${name} names ${path}, which holds no ${what.toLowerCase()} in PEM`);
  return pem;
}

/** @returns the texts of a certificate and its key; undefined when neither is given. */
export function readPemPair(
  cert: Given,
  key: Given,
  cwd: string,
): { readonly cert: string; readonly key: string } | undefined {
  return readPair(cert, key, () => ({
    cert: readPem(cert, "CERTIFICATE", cwd),
    key: readPem(key, "PRIVATE KEY", cwd),
  }));
}
