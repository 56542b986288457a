/**
 * Wildcards. As a value a star matches anything and the pattern is the whole text form; in text the
 * pattern begins and ends where tokens do (unless a star stands there) and a star inside matches no
 * white space.
 * Invariant: linear in the text for each piece; no backtracking.
 */
import {
  beginsWithTokenCharacter,
  endsToken,
  endsWithTokenCharacter,
  foldText,
  startsToken,
} from "../../domain/text.ts";
import type { WildTest } from "../../query/ast.ts";
import { type ScalarTest, onTextForm } from "./scalar-test.ts";

const WHITE = /\s/;

export function wildInText(test: WildTest): ScalarTest {
  const inText = matcherInText(test.folded);
  const whole = matcherOfWhole(test.folded);
  return {
    ...onTextForm((text) => whole(foldText(text)), needleOf(test)),
    text: (value) => inText(foldText(value)),
  };
}

export function wildAsValue(test: WildTest): ScalarTest {
  const inText = matcherInText(test.folded);
  const whole = matcherOfWhole(test.folded);
  return onTextForm((text) => {
    const folded = foldText(text);
    return whole(folded) || (WHITE.test(folded) && inText(folded));
  }, needleOf(test));
}

function needleOf(test: WildTest): string {
  return test.folded.reduce(
    (longest, piece) => (piece.length > longest.length ? piece : longest),
    "",
  );
}

/** The whole text: the first piece at its beginning, the last at its end, the others leftmost between. */
function matcherOfWhole(pieces: readonly string[]): (folded: string) => boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const inner = pieces.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of inner) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/**
 * Keeps, piece by piece, all places where the pieces so far may end. Of several ends the nearest one
 * before an occurrence decides: the gap to it is the shortest, so it has white space last.
 */
function matcherInText(pieces: readonly string[]): (folded: string) => boolean {
  const written = pieces.filter((piece) => piece !== "");
  const openStart = pieces[0] === "";
  const openEnd = pieces.at(-1) === "";
  const [first] = written;
  const last = written.at(-1);
  if (first === undefined || last === undefined) return () => true;
  const atStart = !openStart && beginsWithTokenCharacter(first);
  const atEnd = !openEnd && endsWithTokenCharacter(last);
  return (text) => {
    let ends = occurrences(text, first, (at) => !atStart || startsToken(text, at));
    for (const piece of written.slice(1)) {
      const before = ends;
      let white = -1;
      let next = 0;
      ends = occurrences(text, piece, (at) => {
        let near = -1;
        while ((before[next] ?? Infinity) <= at) near = before[next++] ?? near;
        if (near >= 0) white = whiteFrom(text, near);
        return white >= at;
      });
    }
    return atEnd ? ends.some((end) => endsToken(text, end)) : ends.length > 0;
  };
}

/** The first white space at or after `from`; the text's length when there is none. */
function whiteFrom(text: string, from: number): number {
  const found = text.slice(from).search(WHITE);
  return found < 0 ? text.length : from + found;
}

/** Ends of the accepted occurrences of `piece`, ascending; overlapping ones too. */
function occurrences(text: string, piece: string, accept: (at: number) => boolean): number[] {
  const ends: number[] = [];
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    if (accept(at)) ends.push(at + piece.length);
  }
  return ends;
}
