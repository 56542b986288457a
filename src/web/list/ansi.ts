/**
 * Colours that a program wrote for a terminal, as runs of text.
 * Invariants: the runs joined are the text without its sequences; nothing else is taken away: a sequence that is no
 * colour is dropped as a terminal would, and what is no sequence stays to be shown. Pure.
 */

export interface Run {
  readonly text: string;
  /** `ansi-1` to `ansi-7` are the colours, `ansi-bold` and `ansi-faint` the weights; "" is plain. */
  readonly class: string;
}

const SEQUENCE = /\u001b\[([0-9;:]*)([@-~])/g;

export function ansiRuns(text: string): readonly Run[] {
  if (!text.includes("\u001b[")) return [{ text, class: "" }];
  const runs: Run[] = [];
  let pen = { color: 0, bold: false, faint: false };
  let at = 0;
  const flush = (end: number): void => {
    if (end > at) runs.push({ text: text.slice(at, end), class: classOf(pen) });
  };
  for (const found of text.matchAll(SEQUENCE)) {
    flush(found.index);
    at = found.index + found[0].length;
    if (found[2] === "m") pen = drawn(pen, found[1] ?? "");
  }
  flush(text.length);
  return runs;
}

type Pen = { readonly color: number; readonly bold: boolean; readonly faint: boolean };

function drawn(pen: Pen, parameters: string): Pen {
  let next = pen;
  const codes = parameters.split(/[;:]/).map(Number);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) next = { color: 0, bold: false, faint: false };
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, faint: true };
    else if (code === 22) next = { ...next, bold: false, faint: false };
    else if (code === 39) next = { ...next, color: 0 };
    else if (code >= 30 && code <= 37) next = { ...next, color: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, color: code - 90 };
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
  }
  return next;
}

function classOf({ color, bold, faint }: Pen): string {
  // Black and white are the page's own ink: one of them would vanish in either theme.
  const classes = [
    color > 0 && color < 7 ? `ansi-${color}` : "",
    bold ? "ansi-bold" : "",
    faint ? "ansi-faint" : "",
  ];
  return classes.filter((name) => name !== "").join(" ");
}
