/**
 * Text that is safe on a terminal.
 * Invariant: what a log entry holds can never move the cursor, change colours or the title, or reorder the line.
 */
import { styleText } from "node:util";

/** C0, DEL, C1, and the marks that reorder text. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\u001b": "\\e",
};

/** @returns one line: control characters as escapes that can be read. */
export function oneLine(text: string): string {
  return text.replace(
    UNSAFE,
    (c) => NAMED[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

type Style = Parameters<typeof styleText>[0];

export function paint(colour: boolean, style: Style, text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}
