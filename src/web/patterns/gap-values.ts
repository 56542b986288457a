/**
 * The values that stand in the gaps of a pattern.
 * Invariant: they are read from messages as they were written, so a message that spells the words of the pattern
 * otherwise is not among them; a pattern whose own words look like gaps has none that can be read. Pure.
 */
import { quote } from "../../query/problem.ts";
import { withFilter } from "../query/terms.ts";

export const GAP = "<*>";
/** Beyond these nobody reads on. */
export const MOST_GAPS = 6;
const SHOWN = 5;

export interface Gap {
  /** The words before it, for a person. */
  readonly after: string;
  /** What counts its values. */
  readonly query: string;
}

/** The words of a pattern and its gaps, in turn: words first, which may be "". */
export function piecesOf(pattern: string): readonly string[] {
  return pattern.split(GAP);
}

/** @param filter that the pattern was found under. */
export function gapsOf(pattern: string, query: string, filter: string): readonly Gap[] {
  const pieces = piecesOf(pattern);
  // In front of a gap stands other text than the end of the gap before.
  const isReadable = pieces.every(
    (text, at) => !/[<>]/.test(text) && (text !== "" || at === 0 || at === pieces.length - 1),
  );
  const within = query === "" || !isReadable ? undefined : withFilter(filter, query);
  if (within === undefined) return [];
  return pieces.slice(0, Math.min(MOST_GAPS, pieces.length - 1)).map((text, own) => {
    const template = pieces
      .map((piece, at) => (at === 0 ? piece : `<${at - 1 === own ? "value" : "_"}>${piece}`))
      .join("");
    return {
      after: lastWords(text),
      query: `${within} | parse ${quote(template)} | top ${SHOWN} value`,
    };
  });
}

/** `upstream timeout after`; of `provider=` the name alone. */
function lastWords(text: string): string {
  const words = text.trim().split(/\s+/);
  const last = words.at(-1) ?? "";
  const [, name] = /([\p{L}\p{N}_.-]+)[=:]["']?$/u.exec(last) ?? [];
  return name ?? words.slice(-3).join(" ");
}

/** What kind of value a gap holds, by those that were seen. */
export function kindOf(values: readonly string[]): string {
  if (values.length === 0) return "any";
  const all = (test: RegExp): boolean => values.every((value) => test.test(value));
  if (all(/^-?\d+(\.\d+)?$/)) return "num";
  if (all(/^\d{1,3}(\.\d{1,3}){3}(:\d+)?$/)) return "address";
  if (all(/^[0-9a-f-]{16,}$/i)) return "id";
  if (all(/^-?\d+(\.\d+)?(ns|us|µs|ms|s|m|h)$/)) return "time";
  if (all(/\//)) return "path";
  return all(/\d/) ? "id" : "word";
}
