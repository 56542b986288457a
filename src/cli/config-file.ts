/**
 * What `argus` remembers: who is signed in where, and keys for sending.
 * Invariant: the file is 0600 in a folder that is 0700 when made here, and is replaced whole or not at all.
 */
import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { CommandError } from "./command.ts";

export interface Login {
  readonly email: string;
  readonly refreshToken: string;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly accessExpiresMs: number;
}

export interface ServerMemory {
  readonly login?: Login;
  /** Secrets of keys that ingest, by application id. */
  readonly keys?: Readonly<Record<string, string>>;
}

export interface Memory {
  readonly servers: Readonly<Record<string, ServerMemory>>;
}

/** @returns the path of the file: in $XDG_CONFIG_HOME, else ~/.config. */
export function configPath(env: Readonly<Record<string, string | undefined>>): string {
  const given = env["XDG_CONFIG_HOME"];
  const home = env["HOME"] ?? homedir();
  const folder = given !== undefined && given.startsWith("/") ? given : join(home, ".config");
  return join(folder, "argus", "cli.json");
}

/** An absent file remembers nothing. Throws CommandError for one that cannot be read. */
export async function readMemory(path: string): Promise<Memory> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { servers: {} };
    throw new CommandError(`${path} cannot be read: ${String(error)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "servers" in value) return value as Memory;
  } catch {
    // Told below, as for any other content.
  }
  throw new CommandError(
    `${path} is not what argus wrote.`,
    `Remove it and sign in again: argus login`,
  );
}

/** Reads, changes one server's entry, and writes. */
export async function remember(
  path: string,
  url: string,
  change: (before: ServerMemory) => ServerMemory,
): Promise<void> {
  const memory = await readMemory(path);
  const servers = { ...memory.servers, [url]: change(memory.servers[url] ?? {}) };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify({ servers }, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600); // whatever the umask
  await rename(draft, path);
}
