/**
 * What a command is, and the world that it is given.
 * Invariant: a command touches the terminal, the clock, the environment and the network through `World` only.
 */
import type { parseArgs } from "node:util";

export interface World {
  /** To stdout: the answer, and nothing else. */
  out(text: string | Uint8Array): void;
  /** Resolves when stdout has room for more: for commands that write without end. */
  outDrained(): Promise<void>;
  /** To stderr: progress, hints and errors. */
  note(text: string): void;
  readonly outIsTerminal: boolean;
  readonly noteIsTerminal: boolean;
  readonly inIsTerminal: boolean;
  /** Colours on stdout. */
  readonly colour: boolean;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Reads a line from the terminal; `hidden` does not show it. */
  ask(question: string, hidden?: boolean): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  nowMs(): number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** The host's name. */
  readonly host: string;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
  /** IANA name of the reader's zone. */
  readonly timeZone: string;
}

export type Flags = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

export interface Arguments {
  /** A flag's value; undefined when it was not given. */
  text(flag: string): string | undefined;
  has(flag: string): boolean;
  readonly rest: readonly string[];
}

export interface Command {
  readonly name: string;
  /** One line of `argus help`. */
  readonly summary: string;
  /** What follows `argus NAME`, a line a form. */
  readonly usage: readonly string[];
  /** Whole lines for a shell. */
  readonly examples?: readonly string[];
  readonly flags: Flags;
  /** A line for each flag. */
  readonly help: Readonly<Record<string, string>>;
  /** Everything after the name goes to the command as it is. */
  readonly raw?: boolean;
  /** @returns the exit code: 0 done, 1 failed. */
  run(world: World, args: Arguments, argv: readonly string[]): Promise<number>;
}

/** The arguments cannot be meant; exit code 2. */
export class UsageError extends Error {}

/** It did not work, for a reason to be told in words; exit code 1. */
export class CommandError extends Error {
  /** What to do next. */
  readonly next: string | undefined;

  constructor(message: string, next?: string) {
    super(message);
    this.next = next;
  }
}

/** For commands of flags alone. Throws UsageError naming what was not understood. */
export function noArguments(what: string, rest: readonly string[]): void {
  const [first] = rest;
  if (first !== undefined)
    throw new UsageError(`${what} takes no arguments: ${JSON.stringify(first)} is not understood`);
}

/** @returns the flag's number, which is from `lo` to `hi`. Throws UsageError. */
export function wholeNumber(
  flag: string,
  text: string | undefined,
  fallback: number,
  hi: number,
  lo = 1,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < lo || value > hi)
    throw new UsageError(
      `--${flag} takes a whole number from ${lo} to ${hi}, not ${JSON.stringify(text)}`,
    );
  return value;
}
