/**
 * The shape of a message: what stays when the parts that vary from entry to entry are taken out.
 * Invariant: a pure function of the message, so a pattern is found again without a stored id.
 */
import { foldText } from "../../domain/text.ts";

const ANSI = /\u001b\[[\x20-\x3f]*[\x40-\x7e]/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const NUMBER = /\p{N}/u;
const JOINED_GAPS = /<\*>(?:[-.:/_,+]<\*>)+/g;

export const GAP = "<*>";

/** @returns the first line with `<*>` for UUIDs and words with a digit, words one space apart. */
export function shapeOf(message: string): string {
  const [line = ""] = message.split(/\r\n|\n|\r/, 1);
  return (
    line
      .replace(ANSI, "")
      .replace(UUID, GAP)
      // Not one pattern for words with a digit: it would try each letter of a long word as the beginning of one.
      .replace(WORD, (word) => (NUMBER.test(word) ? GAP : word))
      .replace(JOINED_GAPS, GAP)
      .trim()
      .replace(/\s+/g, " ")
  );
}

/** @returns whether a message has the shape `pattern`, in which `<*>` stands for any one word. */
export function shapeTest(pattern: string): (message: string) => boolean {
  const wanted = foldText(pattern.trim()).split(/\s+/);
  return (message) => {
    const words = foldText(shapeOf(message)).split(" ");
    return (
      words.length === wanted.length && wanted.every((word, i) => word === GAP || word === words[i])
    );
  };
}
