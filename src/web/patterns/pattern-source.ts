/**
 * Patterns of the messages that a query finds, beside the equal window before.
 * Invariant: nothing is called new or rising that was not compared with a window that was seen whole and had enough entries.
 */
import type {
  GetPatternsResponse,
  Pattern as PatternMessage,
} from "../../../generated/client/argus/v1/log_service.ts";
import { LEVELS, type Level } from "../../domain/level.ts";
import { filterText } from "../query/terms.ts";
import type { Asked } from "../search.ts";
import { api } from "../session.ts";
import { isComparable, unusual } from "../time/unusual.ts";
import { type Range, timestamp } from "../time-range.ts";
import { msOf } from "../words.ts";

/** Bars of the small chart in a row. */
export const BARS = 40;
/** More rows than these are looked through by nobody. */
const MOST = 200;

export type PatternKind = "all" | "new" | "rising" | "gone";

export interface Pattern {
  readonly text: string;
  /** The filter that finds its entries; "" for one that is too long to be written. */
  readonly query: string;
  readonly count: number;
  readonly share: number;
  /** That most of its entries have. */
  readonly level: Level;
  /** The same; `several` where there are too many to say. */
  readonly service: string;
  readonly bars: readonly number[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly kind: "usual" | "new" | "rising" | "gone";
  /** Of one that rises: `310×`. */
  readonly rise: string;
}

export interface Patterns {
  readonly range: Range;
  readonly before: Range;
  readonly patterns: readonly Pattern[];
  readonly gone: readonly Pattern[];
  readonly entries: number;
  readonly others: number;
  readonly approximate: boolean;
  /** False: of what came before too little is known. */
  readonly isCompared: boolean;
  /** Undefined when all of the range was seen. */
  readonly partial: { readonly reason: string; readonly coveredMs: number | undefined } | undefined;
}

export async function readPatterns(
  asked: Asked,
  range: Range,
  signal: AbortSignal,
): Promise<Patterns> {
  const before = {
    startMs: range.startMs - (range.endMs - range.startMs),
    endMs: range.startMs,
    open: false,
  };
  const answer = await api.with({ signal }).logs.GetPatterns({
    applicationId: asked.applicationId,
    query: filterText(asked.query),
    startTime: timestamp(range.startMs),
    endTime: timestamp(range.endMs),
    limit: MOST,
    parts: BARS,
    baselineStartTime: timestamp(before.startMs),
    baselineEndTime: timestamp(before.endMs),
    timeZone: asked.zone,
    budget: undefined,
  });
  const baseline = Number(answer.baselineEntries);
  const isCompared = isComparable(baseline) && !answer.baselinePartial && !answer.approximate;
  const compared = isCompared ? baseline : undefined;
  return {
    range,
    before,
    patterns: answer.patterns.map((pattern) => patternOf(pattern, compared, false)),
    gone: isCompared ? answer.gone.map((pattern) => patternOf(pattern, compared, true)) : [],
    entries: Number(answer.entries),
    others: Number(answer.otherEntries),
    approximate: answer.approximate,
    isCompared,
    partial: partialOf(answer),
  };
}

/** Of all that were read those of one kind. */
export function patternsOfKind(read: Patterns, kind: PatternKind): readonly Pattern[] {
  if (kind === "gone") return read.gone;
  if (kind === "all") return read.patterns;
  return read.patterns.filter((pattern) => pattern.kind === kind);
}

/** A later answer in the order of an earlier one, so that no row moves; what is new to it comes last. */
export function inPlaceOf(before: Patterns, next: Patterns): Patterns {
  const inOrder = (was: readonly Pattern[], now: readonly Pattern[]): readonly Pattern[] => {
    const places = new Map(was.map(({ text }, at) => [text, at]));
    const placeOf = ({ text }: Pattern): number => places.get(text) ?? was.length;
    return now.toSorted((a, b) => placeOf(a) - placeOf(b));
  };
  return {
    ...next,
    patterns: inOrder(before.patterns, next.patterns),
    gone: inOrder(before.gone, next.gone),
  };
}

function partialOf(answer: GetPatternsResponse): Patterns["partial"] {
  if (!answer.partial) return undefined;
  const { coveredStartTime: covered, partialReason: reason } = answer;
  return { reason, coveredMs: covered === undefined ? undefined : msOf(covered) };
}

/** @param baseline how many entries the window before had in all; undefined: it is not compared with that. */
function patternOf(
  message: PatternMessage,
  baseline: number | undefined,
  isGone: boolean,
): Pattern {
  const count = Number(message.count);
  const before = Number(message.baselineCount);
  const rise =
    baseline !== undefined && count > before ? (unusual(count, before, baseline) ?? "") : "";
  const kind = isGone
    ? "gone"
    : rise !== ""
      ? "rising"
      : baseline !== undefined && before === 0
        ? "new"
        : "usual";
  return {
    text: message.pattern,
    query: message.query,
    count,
    share: message.share,
    level: commonLevel(message),
    service: message.manyServices ? "several" : message.service,
    bars: message.parts.map(Number),
    firstMs: msOf(message.firstTime),
    lastMs: msOf(message.lastTime),
    kind,
    rise,
  };
}

function commonLevel({ counts }: PatternMessage): Level {
  let best: Level = "info";
  // Of equals the worse one.
  for (const level of LEVELS)
    if (Number(counts?.[level] ?? 0n) >= Number(counts?.[best] ?? 0n)) best = level;
  return best;
}
