/**
 * Reads `[low TO high]` and its kin.
 * Invariant: what is returned is not empty, has two ends of one kind, or is a comparison when one end
 * is a star; `[* TO *]` is `*`.
 */

import type { FieldTest } from "./ast.ts";
import { type Atom, readAtom } from "./atoms.ts";
import { quote, splice, stop } from "./problem.ts";
import {
  boundValue,
  compareBounds,
  compareTest,
  levelValue,
  nameText,
  type OpenTest,
  rewrite,
  timeValue,
  typeOf,
  wildcardBound,
} from "./scalars.ts";
import type { State } from "./state.ts";
import { endsWord, skipSpace } from "./words.ts";

type Brackets = {
  readonly open: number;
  /** Behind the closing bracket. */
  readonly end: number;
  readonly lowIncluded: boolean;
  readonly highIncluded: boolean;
};

/** Reads the range that opens at the state's position. */
export function parseRange(state: State, test: OpenTest): FieldTest {
  const { text } = state;
  const open = state.pos;
  const atoms: Atom[] = [];
  let at = skipSpace(text, open + 1);
  while (text[at] !== "]" && text[at] !== "}") {
    const atom = readAtom(state, at, { testStart: test.start, stops: "]}", regex: false });
    if (atom === null) return openRange(state, test, open, atoms, at);
    atoms.push(atom);
    at = skipSpace(text, atom.end);
  }
  const end = at + 1;
  const [low, to, high] = atoms;
  const isTo = to?.kind === "words" && !to.quoted && to.text.toLowerCase() === "to";
  if (atoms.length !== 3 || low === undefined || high === undefined || !isTo)
    return notRange(state, open, end, atoms);
  if (!endsWord(text, end) && text[end] !== ",") {
    stop("glued_text", [end, end + 1], "a space", "Expected a space after the range", [
      splice(text, end, end, " "),
    ]);
  }
  state.pos = end;
  const brackets = { open, end, lowIncluded: text[open] === "[", highIncluded: text[at] === "]" };
  return rangeOf(state, test, brackets, low, high);
}

function openRange(
  state: State,
  test: OpenTest,
  open: number,
  atoms: readonly Atom[],
  at: number,
): never {
  const { text } = state;
  const close = text[open] === "{" ? "}" : "]";
  const contentEnd = text.slice(0, at).trimEnd().length;
  const [first] = atoms;
  const fixes = [splice(text, contentEnd, contentEnd, close)];
  if (first !== undefined)
    fixes.push(splice(text, open, first.end, quote(text.slice(open, first.end))));
  else
    fixes.push(
      rewrite(
        state,
        test,
        open + 1,
        `${nameText(state, test)}:${quote(text.slice(open, open + 1))}`,
      ),
    );
  stop("range_open", [open, open + 1], `\`${close}\``, "This range is not closed", fixes);
}

function notRange(state: State, open: number, end: number, atoms: readonly Atom[]): never {
  const { text } = state;
  const raw = text.slice(open, end);
  const ends = [atoms[0], atoms.at(-1)].map((atom) =>
    atom === undefined ? "" : text.slice(atom.start, atom.end),
  );
  const fixes = atoms.length < 2 || atoms.length > 3 ? [] : [`[${ends.join(" TO ")}]`];
  stop(
    "range_to",
    [open, end],
    "[low TO high]",
    "A range is written [low TO high]",
    [...fixes, quote(raw)].map((put) => splice(text, open, end, put)),
  );
}

function rangeOf(
  state: State,
  test: OpenTest,
  brackets: Brackets,
  low: Atom,
  high: Atom,
): FieldTest {
  const { lowIncluded, highIncluded } = brackets;
  if (low.kind === "star" && high.kind === "star") return { kind: "exists" };
  if (low.kind === "star") return compareTest(state, test, highIncluded ? "<=" : "<", high);
  if (high.kind === "star") return compareTest(state, test, lowIncluded ? ">=" : ">", low);
  if (low.kind !== "words") return wildcardBound(state, test, low);
  if (high.kind !== "words") return wildcardBound(state, test, high);
  const included = { lowIncluded, highIncluded };
  switch (typeOf(test.field)) {
    case "level": {
      const [a, b] = [levelValue(state, test, low), levelValue(state, test, high)];
      const [min, max] = [lowIncluded ? a.min : a.max + 1, highIncluded ? b.max : b.min - 1];
      if (min > max) outOfOrder(state, brackets, low, high);
      return {
        kind: "level",
        min,
        max,
        written: { op: "range", low: a.text, high: b.text, ...included },
      };
    }
    case "time": {
      const [a, b] = [timeValue(state, test, low), timeValue(state, test, high)];
      const [from, to] = [lowIncluded ? a.from : a.to, highIncluded ? b.to : b.from];
      if (from >= to) outOfOrder(state, brackets, low, high);
      return {
        kind: "time",
        from,
        to,
        written: { op: "range", low: low.text, high: high.text, ...included },
      };
    }
    case "pattern":
      return stop(
        "typed_field",
        [test.start, brackets.end],
        "a pattern",
        "`pattern` is not compared",
      );
    case "id":
    case "message":
    case "value":
      break;
    default:
  }
  const [a, b] = [boundValue(state, test, low), boundValue(state, test, high)];
  const order = compareBounds(a, b);
  if (order === null) {
    const message = "Both ends of a range must be of one kind";
    return stop("range_types", [brackets.open, brackets.end], "two ends of one kind", message);
  }
  if (order > 0 || (order === 0 && !(lowIncluded && highIncluded)))
    outOfOrder(state, brackets, low, high);
  return { kind: "range", low: a, high: b, ...included };
}

function outOfOrder(state: State, brackets: Brackets, low: Atom, high: Atom): never {
  const { text } = state;
  const [a, b] = [text.slice(low.start, low.end), text.slice(high.start, high.end)];
  stop(
    "range_order",
    [brackets.open, brackets.end],
    "the lower end first",
    "The range is empty: its lower end is above its upper end",
    [splice(text, brackets.open, brackets.end, `[${b} TO ${a}]`)],
  );
}
