/**
 * How large the program of a pattern becomes, from its text alone.
 * Invariant: linear in the text; about what the engine makes of it without what depends on its ways (captures, jumps), and
 * more only for alternatives with a beginning in common and for repeats of nothing. Compiling costs some 15 µs a step, and
 * `(…){1000}` makes a thousand of each: too large a pattern must be known before it is compiled.
 */

/** A group that is open: its alternatives before this one, this one so far, and its last atom, which a quantifier repeats. */
interface Open {
  before: number;
  /** Alternatives of one character become a class together. */
  hasSingle: boolean;
  steps: number;
  last: number;
}

const opened = (): Open => ({ before: 0, hasSingle: false, steps: 0, last: 0 });

/** Ends an alternative of the group. */
function endAlternative(group: Open): void {
  const steps = group.steps + group.last;
  if (steps !== 1) group.before += steps;
  else if (!group.hasSingle) group.before++;
  group.hasSingle ||= steps === 1;
  group.steps = group.last = 0;
}

function stepsOf(group: Open): number {
  endAlternative(group);
  return group.before;
}

const COUNTED = /\{(\d{1,9})(,(\d{0,9}))?\}/y;
/** Escapes with a text of their own behind them, in braces. */
const BRACED = /\\[pPx]\{[^}]*\}?/y;

/** @returns steps; of what is no pattern any number. */
export function roughSteps(source: string): number {
  const open: Open[] = [opened()];
  let group = open[0] as Open;
  const atom = (steps: number): void => {
    group.steps += group.last;
    group.last = steps;
  };
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    switch (char) {
      case "\\": {
        const literal = source.startsWith("\\Q", i) ? endOfLiteral(source, i) : undefined;
        if (literal !== undefined) {
          for (let n = i + 2; n < literal; n++) atom(1);
          i = literal + 1;
          break;
        }
        BRACED.lastIndex = i;
        i += (BRACED.exec(source)?.[0].length ?? 2) - 1;
        atom(1);
        break;
      }
      case "[":
        i = classEnd(source, i);
        atom(1);
        break;
      case "(":
        open.push((group = opened()));
        // The kind of a group is no atom.
        if (source[i + 1] === "?") i = Math.max(i + 1, endOfKind(source, i));
        break;
      case ")": {
        const inner = open.length > 1 ? open.pop() : undefined;
        group = open.at(-1) as Open;
        if (inner !== undefined) atom(stepsOf(inner));
        break;
      }
      case "*":
      case "+":
      case "?":
        group.steps++;
        break;
      case "|":
        endAlternative(group);
        break;
      case "{": {
        COUNTED.lastIndex = i;
        const counted = COUNTED.exec(source);
        if (counted === null) {
          atom(1);
          break;
        }
        const [text, least = "0", , most = ""] = counted;
        group.last *= Math.max(Number(least), Number(most));
        i += text.length - 1;
        break;
      }
      default:
        atom(1);
    }
  }
  return open.reduce((sum, one) => sum + stepsOf(one), 0);
}

function endOfLiteral(source: string, at: number): number {
  const end = source.indexOf("\\E", at + 2);
  return end < 0 ? source.length : end;
}

/** Index of the last character of `(?:`, `(?i)`'s flags, `(?P<name>` at `at`. */
function endOfKind(source: string, at: number): number {
  const [kind = ""] = /^\(\?(?:P?<[^>]*>|[a-zA-Z-]*:?)/.exec(source.slice(at, at + 100)) ?? [];
  return at + kind.length - 1;
}

/** Index of the `]` that ends the class at `at`; a `]` right after the `[` or `[^` is one of its characters. */
function classEnd(source: string, at: number): number {
  let i = at + 1;
  if (source[i] === "^") i++;
  if (source[i] === "]") i++;
  for (; i < source.length && source[i] !== "]"; i++) {
    if (source[i] === "\\") i++;
    else if (source.startsWith("[:", i)) i = Math.max(i, source.indexOf(":]", i) + 1);
  }
  return i;
}
