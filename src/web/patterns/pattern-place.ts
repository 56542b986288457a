/**
 * What the address says of patterns: which kind is listed, and which of them is open.
 * Invariant: written as `rising`, `all,job <*> failed`; the parameter is absent while all are listed and none is open.
 */
import type { PatternKind } from "./pattern-source.ts";

export interface PatternPlace {
  readonly kind: PatternKind;
  /** Text of the open one; "" for none. */
  readonly open: string;
}

export function readPatternPlace(text: string): PatternPlace {
  const [, kind = "all", open = ""] = /^(all|new|rising|gone)(?:,(.*))?$/s.exec(text) ?? [];
  return { kind: kind as PatternKind, open };
}

export function patternPlaceText({ kind, open }: PatternPlace): string {
  if (open !== "") return `${kind},${open}`;
  return kind === "all" ? "" : kind;
}
