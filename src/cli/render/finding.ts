/**
 * What `argus doctor` found, a line for a person or a program.
 * Invariant: what is not in order begins with its mark, and is followed by why and by what to do, each once.
 */
import { oneLine } from "./terminal-text.ts";

export interface PrintedFinding {
  readonly level: "ok" | "warn" | "fail";
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** May have several lines; each stands under the first. */
  readonly found: string;
  readonly why?: string;
  readonly todo?: string;
}

const MARKS = { ok: "ok", warn: "warn", fail: "FAILED" } as const;
const INDENT = " ".repeat(20);

export function findingText({ level, check, found, why, todo }: PrintedFinding): string {
  const lines = found.trimEnd().split("\n").map(oneLine);
  const rest = [
    ...lines.slice(1),
    ...(why === undefined ? [] : [`why: ${oneLine(why)}`]),
    ...(todo === undefined ? [] : [`do:  ${oneLine(todo)}`]),
  ];
  const first = `${MARKS[level].padEnd(7)} ${check.padEnd(11)} ${lines[0] ?? ""}`;
  return `${[first, ...rest.map((line) => INDENT + line)].join("\n")}\n`;
}
