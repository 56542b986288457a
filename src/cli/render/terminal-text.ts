/**
 * Text that is safe on a terminal.
 * Invariant: what a log entry or a server says can never move the cursor, change colours or the title, write to the clipboard,
 * or reorder the line.
 */
import { styleText } from "node:util";
import type { World } from "../command.ts";

/** C0, DEL, C1, and the marks that end lines or reorder text. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\u001b": "\\e",
};

/** @returns one line: control characters as escapes that can be read. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, escaped);
}

function escaped(c: string): string {
  return NAMED[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Ends of lines, and what the commands write themselves: colours, and a line of progress begun anew. */
const LINES = /\r?\n/y;
const OWN = /\r?\n|\u001b\[\d{1,3}(?:;\d{1,3})*m|(?<![^])\r(?:\u001b\[K)?/y;

/** @param own keeps what the commands write themselves. @returns lines; other control characters as escapes. */
function lines(text: string, own: boolean): string {
  const kept = own ? OWN : LINES;
  let end = 0;
  return text.replace(UNSAFE, (c, at: number) => {
    if (at < end) return c;
    kept.lastIndex = at;
    if (!kept.test(text)) return escaped(c);
    end = kept.lastIndex;
    return c;
  });
}

/**
 * The world whose terminal gets no control character but those of the commands themselves, whatever a command passes on.
 * What goes to a file or a program goes as it is.
 */
export function guarded(world: World): World {
  const out: World["out"] = (text) =>
    world.out(
      typeof text === "string" ? lines(text, true) : lines(Buffer.from(text).toString(), false),
    );
  const note: World["note"] = (text) => world.note(lines(text, true));
  // Not a copy: reading a member is known to `world`.
  return Object.create(world, {
    note: { value: note },
    ...(world.outIsTerminal ? { out: { value: out } } : {}),
  }) as World;
}

type Style = Parameters<typeof styleText>[0];

export function paint(colour: boolean, style: Style, text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}
