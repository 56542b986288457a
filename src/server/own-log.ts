/**
 * The program's own log: JSON lines on stdout, readable lines on a terminal.
 * Invariant: one line a record; control characters never reach the terminal as they are.
 */
import { inspect } from "node:util";
import type { LogFields, Logger } from "../domain/logger.ts";

export interface OwnLogOptions {
  readonly pretty: boolean;
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
}

type Severity = "debug" | "info" | "warn" | "error";

/** SGR colours of the level word on a terminal. */
const COLOURS: Readonly<Record<Severity, number>> = { debug: 90, info: 36, warn: 33, error: 31 };

export function createOwnLog(options: OwnLogOptions, base: LogFields = {}): Logger {
  const log = (level: Severity, message: string, fields: LogFields, error?: unknown): void => {
    const all: LogFields = { ...base, ...fields, ...errorFields(error) };
    const time = new Date(options.nowMs()).toISOString();
    options.write(
      options.pretty
        ? prettyLine(time, level, message, all)
        : `${JSON.stringify({ time, level, message, ...all })}\n`,
    );
  };
  return {
    debug: (message, fields = {}) => log("debug", message, fields),
    info: (message, fields = {}) => log("info", message, fields),
    warn: (message, fields = {}) => log("warn", message, fields),
    error: (message, error, fields = {}) => log("error", message, fields, error),
    with: (fields) => createOwnLog(options, { ...base, ...fields }),
  };
}

function errorFields(error: unknown): LogFields {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: inspect(error) };
  const cause =
    error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined;
  return { error: error.message, stack: error.stack, cause };
}

function prettyLine(time: string, level: Severity, message: string, fields: LogFields): string {
  let line = `${time.slice(11, 23)} \u001b[${COLOURS[level]}m${level.toUpperCase().padEnd(5)}\u001b[0m ${visible(message)}`;
  let stack = "";
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === "stack" || name === "cause") stack += `\n${visible(String(value), true)}`;
    else line += `  ${name}=${visible(typeof value === "string" ? value : JSON.stringify(value))}`;
  }
  return `${line}${stack}\n`;
}

/** @returns the text with control characters written as escapes; `multiline` keeps line feeds. */
function visible(text: string, multiline = false): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) =>
    multiline && c === "\n" ? c : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
