/** Fields of CSV: read back by the letter of RFC 4180, and never a formula. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8Bytes, wordView } from "../../engine/column/bytes.ts";
import { parseCsv } from "../../../test/support/parse-csv.ts";
import { csvText, writeCsvText } from "./csv-text.ts";
import { LineBytes } from "./line-bytes.ts";

test.each([
  ["plain", "plain"],
  ["", '""'],
  ["a,b", '"a,b"'],
  ['say "yes"', '"say ""yes"""'],
  ["two\nlines", '"two\nlines"'],
  ["=1+1", "'=1+1"],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ["+49 30", "'+49 30"],
  ["-x", "'-x"],
  ["-5", "-5"],
  ["-1.5e3", "-1.5e3"],
  ["@sum", "'@sum"],
  ["\t=1", "'\t=1"],
  ["\r=1", '"\'\r=1"'],
  ["\uff1d1", "'\uff1d1"],
  ["'=1", "''=1"],
  ["'quoted'", "'quoted'"],
  ["# {", "'# {"],
  ["a=b", "a=b"],
])("%j is %j", (text, field) => {
  expect(csvText(text)).toBe(field);
  expect(written(text)).toBe(field);
});

const arbText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc
    .array(
      fc.constantFrom("=", "'", '"', ",", "\r", "\n", "\t", "-", "#", "a", "é", "\uff0b", "5"),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join("")),
);

test("what is written reads back as it was, without the guard, and bytes and texts agree", () =>
  fc.assert(
    fc.property(arbText, (text) => {
      const field = csvText(text);
      expect(written(text)).toBe(field);
      const [[read = ""] = []] = parseCsv(`${field}\r\n`);
      expect(read.replace(/^'('*[=+\-@#\t\r\uff1d\uff0b\uff0d\uff20])/, "$1")).toBe(text);
    }),
  ));

function written(text: string): string {
  const out = new LineBytes();
  const bytes = utf8Bytes(`before${text}`);
  writeCsvText(out, wordView(bytes), 6, bytes.length);
  return new TextDecoder().decode(out.take());
}
