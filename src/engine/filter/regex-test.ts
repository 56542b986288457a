/**
 * Regular expressions, by the linear engine, on the text form of each value.
 * Invariant: the needle is a literal that every match contains; where the pattern is not plainly read,
 * none is claimed.
 */
import { foldText } from "../../domain/text.ts";
import { tooMuchWork } from "../../domain/too-much-work.ts";
import type { RegexTest } from "../../query/ast.ts";
import { compileRegex } from "../../query/regex.ts";
import type { Meter } from "./meter.ts";
import { type ScalarTest, onTextForm } from "./scalar-test.ts";

/**
 * Steps of a pattern over the characters of one text: nothing else runs on the thread meanwhile, a second at worst.
 * A text of 1 MiB passes with a pattern of 19 steps, one of 2 KB with the largest.
 */
const MOST_WORK = 20_000_000;
/** A regex of so many steps takes of a byte what other tests do, about. */
const USUAL_STEPS = 20;

/** The test throws `tooMuchWork` for a text that is too long for the pattern. */
export function regexTest(test: RegexTest, meter: Meter): ScalarTest {
  const pattern = compileRegex(test);
  const steps = pattern.programSize();
  const mostLength = Math.floor(MOST_WORK / steps);
  const passes = (text: string): boolean => {
    if (text.length > mostLength)
      throw tooMuchWork(
        `a text of ${text.length} characters is too long for a regex of ${steps} steps; a simpler one, or one behind other terms, reads it`,
      );
    meter.work(Math.ceil((text.length * steps) / USUAL_STEPS));
    return pattern.test(text);
  };
  return onTextForm(passes, foldText(requiredLiteral(test.source)));
}

/**
 * The longest text that stands outside of groups, classes and alternatives of `source`; "" when there is
 * none. Groups, classes and escapes of letters only end a run, so nothing is claimed of them.
 */
export function requiredLiteral(source: string): string {
  let best = "";
  let run: string[] = [];
  const endRun = (): void => {
    if (run.join("").length > best.length) best = run.join("");
    run = [];
  };
  const points = Array.from(source);
  let depth = 0;
  for (let i = 0; i < points.length; i++) {
    const point = points[i] ?? "";
    if (point === "\\") {
      const next = points[++i] ?? "";
      // \Q…\E, \x{…}, \p{…} have tails of their own: claim nothing at all.
      if (/[QExpPC0-9]/.test(next)) return "";
      if (depth > 0) continue;
      if (/[A-Za-z]/.test(next)) endRun();
      else run.push(next);
    } else if (point === "[") {
      i = classEnd(points, i);
      if (depth === 0) endRun();
    } else if (point === "(") {
      endRun();
      depth++;
    } else if (point === ")") {
      depth--;
    } else if (depth > 0) {
      continue;
    } else if (point === "|") {
      return "";
    } else if (point === "*" || point === "?" || point === "{") {
      run.pop();
      endRun();
      if (point === "{") while (i + 1 < points.length && points[i] !== "}") i++;
    } else if (/[.^$+]/.test(point)) {
      endRun();
    } else {
      run.push(point);
    }
  }
  endRun();
  return best;
}

/** Index of the `]` that ends the class begun at `start`; a `]` right after the `[` or `[^` is literal. */
function classEnd(points: readonly string[], start: number): number {
  let i = start + 1;
  if (points[i] === "^") i++;
  if (points[i] === "]") i++;
  while (i < points.length && points[i] !== "]") {
    if (points[i] === "\\") i++;
    else if (points[i] === "[" && points[i + 1] === ":")
      while (i + 1 < points.length && !(points[i] === ":" && points[i + 1] === "]")) i++;
    i++;
  }
  return i;
}
