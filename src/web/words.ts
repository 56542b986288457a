/**
 * What the page says of values: times, levels, errors, attributes.
 */
import { ArgusError } from "../client/errors.ts";
import { Role } from "../../generated/client/argus/v1/application_service.shapes.ts";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { type Level, levelOf } from "../domain/level.ts";

export function levelName(entry: LogEntry): Level {
  return levelOf(entry.level === 0 ? 9 : entry.level);
}

export function timeMs(entry: LogEntry): number {
  return Number(entry.time?.seconds ?? 0n) * 1000 + Math.floor((entry.time?.nanos ?? 0) / 1e6);
}

/** RFC 3339 with nanoseconds. */
export function exactTime(entry: LogEntry): string {
  const seconds = new Date(Number(entry.time?.seconds ?? 0n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(entry.time?.nanos ?? 0).padStart(9, "0")}Z`;
}

/**
 * Text of a program with nothing in it that hides: control characters are pictures of themselves; marks that turn the
 * text around, end a line or take no room are named, and so is half a character. Line feeds and tabs stay, and the
 * joiners that scripts and pictures are written with stay among those.
 */
export function shownText(text: string): string {
  return text.replace(HIDDEN, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

const HIDDEN = new RegExp(
  [
    // C0 without line feed and tab, DEL and C1, the soft hyphen.
    String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad]`,
    // Marks of direction, separators of lines, what has no width, invisible operators.
    String.raw`[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]`,
    // Joiners beside Latin letters join nothing.
    String.raw`(?<=[\u0000-\u007f])[\u200c\u200d]|[\u200c\u200d](?=[\u0000-\u007f])`,
    // Half a character.
    String.raw`[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]`,
    // Letters that are tags: not seen, and read by programs.
    String.raw`\udb40[\udc00-\udc7f]`,
  ].join("|"),
  "g",
);

export function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** What went wrong, for a person: a sentence. */
export function problemOf(error: unknown): string {
  if (isUnanswered(error)) return "Argus cannot be reached. Is it running?";
  const text = error instanceof Error ? error.message : String(error);
  // What the server says begins small, as it may stand in a log line.
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Whether nobody answered: no server's message is in it. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ArgusError ? error.status === 0 : error instanceof TypeError;
}

/** `editor` */
export function roleText(role: Role): string {
  const found = Object.entries(Role).find(([, value]) => value === role)?.[0] ?? "";
  return found.replace("ROLE_", "").toLowerCase();
}

/** `4.1 %`; what is there is never called nothing. */
export function shareText(share: number): string {
  return share > 0 && share < 0.001 ? "< 0.1 %" : `${(share * 100).toFixed(1)} %`;
}

const numbers = new Intl.NumberFormat();

/** `1,973`. For what is drawn often: `toLocaleString` takes 25 times as long in Chromium. */
export function numberText(number: number | bigint): string {
  return numbers.format(number);
}

/** `999,999` at most, then `1.2 M`: where there is no room for more, or no need. */
export function shortText(count: number): string {
  return count < 1_000_000 ? numberText(count) : `${(count / 1e6).toFixed(1)}\u202fM`;
}

/**
 * `1 entry`, `1,973 entries`.
 * @param isPartial it was not counted to its end: `1,973+ entries`.
 */
export function countText(count: number, one: string, many: string, isPartial = false): string {
  return `${numberText(count)}${isPartial ? "+" : ""} ${count === 1 ? one : many}`;
}

const STEPS = [
  [60_000, 1000, "s"],
  [3_600_000, 60_000, "min"],
  [48 * 3_600_000, 3_600_000, "h"],
  [Infinity, 86_400_000, "days"],
] as const;

/** `4 s`, `12 min`, `23 h`, `41 days` */
export function spanText(ms: number): string {
  const [, unitMs, unit] = STEPS.find(([below]) => ms < below) ?? STEPS[3];
  return `${Math.max(0, Math.floor(ms / unitMs))} ${unit}`;
}

/** `4 s ago`; what lies ahead, by a clock that is, is now. */
export function agoText(ms: number, nowMs: number): string {
  return nowMs - ms < 1000 ? "just now" : `${spanText(nowMs - ms)} ago`;
}

/** Milliseconds since 1970 of an API's time; 0 when it is absent. */
export function msOf(time: { seconds: bigint; nanos: number } | undefined): number {
  return time === undefined ? 0 : Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6);
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** `1.22 TB`, in powers of ten as disks are sold. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const text = value.toLocaleString(undefined, { maximumSignificantDigits: 3 });
  return `${text}\u202f${BYTE_UNITS[power]}`;
}
