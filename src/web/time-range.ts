/**
 * The range of time an address names. Invariant: what cannot be read is the default range, so that every address works.
 * Forms: `-15m`, `now`, RFC 3339, milliseconds since 1970.
 */
export const DEFAULT_FROM = "-60m";
export const NOW = "now";

export const RANGES: readonly (readonly [from: string, name: string])[] = [
  ["-15m", "Last 15 minutes"],
  [DEFAULT_FROM, "Last hour"],
  ["-6h", "Last 6 hours"],
  ["-24h", "Last day"],
  ["-7d", "Last 7 days"],
  ["-30d", "Last 30 days"],
];

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export interface Range {
  readonly startMs: number;
  readonly endMs: number;
  /** It ends at the present, whenever it is asked again. */
  readonly open: boolean;
}

export function rangeOf(from: string, to: string, nowMs: number): Range {
  const open = to === NOW || instant(to, nowMs) === undefined;
  const endMs = open ? nowMs : (instant(to, nowMs) ?? nowMs);
  const startMs = instant(from, nowMs) ?? nowMs - 3_600_000;
  return { startMs: Math.min(startMs, endMs), endMs, open };
}

function instant(text: string, nowMs: number): number | undefined {
  const relative = /^-(\d{1,5})([mhd])$/.exec(text);
  if (relative !== null)
    return nowMs - Number(relative[1]) * (UNIT_MS[relative[2] ?? "m"] ?? 60_000);
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** What a list of ranges calls it. */
export function rangeName(from: string, to: string, nowMs: number): string {
  const named = to === NOW ? RANGES.find(([known]) => known === from)?.[1] : undefined;
  if (named !== undefined) return named;
  const { startMs, endMs, open } = rangeOf(from, to, nowMs);
  return `${dayAndTime(startMs)} – ${open ? NOW : shortTime(endMs)}`;
}

/** `13:10`, with seconds where there are any, in the reader's zone. */
export function shortTime(ms: number): string {
  const date = new Date(ms);
  const seconds = date.getSeconds() === 0 ? {} : ({ second: "2-digit" } as const);
  return date.toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    ...seconds,
  });
}

export function dayAndTime(ms: number): string {
  const day = new Date(ms).toLocaleDateString([], { day: "numeric", month: "short" });
  return `${day} ${shortTime(ms)}`;
}

export function timestamp(ms: number): { seconds: bigint; nanos: number } {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}
