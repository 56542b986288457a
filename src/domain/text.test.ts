import fc from "fast-check";
import { expect, test } from "vitest";

import { endsToken, foldText, hasTokensInRow, startsToken, tokenSpans, tokensOf } from "./text.ts";

function foldCodePoint(codePoint: number): number {
  return foldText(String.fromCodePoint(codePoint)).codePointAt(0) ?? -1;
}

/** The regex engine's own judgement: /iu compares by simple case folding. */
function sameFolding(a: number, b: number): boolean {
  return new RegExp(`^\\u{${a.toString(16)}}$`, "iu").test(String.fromCodePoint(b));
}

function singles(...texts: string[]): number[] {
  return texts.flatMap((text) => {
    const points = Array.from(text);
    return points.length === 1 ? [points[0]?.codePointAt(0) ?? 0] : [];
  });
}

function* codePoints(): Generator<number> {
  for (let c = 0; c <= 0x10ffff; c++) if (c < 0xd800 || c > 0xdfff) yield c;
}

test("folding agrees with the regex engine's case folding for every code point", () => {
  const wrong: string[] = [];
  for (const c of codePoints()) {
    const text = String.fromCodePoint(c);
    const folded = foldCodePoint(c);
    if (foldCodePoint(folded) !== folded) wrong.push(`${text}: not idempotent`);
    if (folded !== c && !sameFolding(c, folded)) wrong.push(`${text}: folds too far`);
    const upper = text.toUpperCase();
    for (const other of singles(
      text.toLowerCase(),
      upper,
      upper.toLowerCase(),
      text.toLowerCase().toUpperCase(),
    )) {
      if (other !== c && sameFolding(c, other) !== (foldCodePoint(other) === folded)) {
        wrong.push(`${text} and ${String.fromCodePoint(other)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("folding joins nothing that the regex engine keeps apart, and all it joins without a case mapping", () => {
  const changed = [...codePoints()].filter((c) => foldCodePoint(c) !== c);
  expect(changed.length).toBe(1512);
  for (const [a, b] of [
    [0x1fd3, 0x390],
    [0x1fe3, 0x3b0],
    [0xfb05, 0xfb06],
  ] as const) {
    expect(foldCodePoint(a)).toBe(b);
  }
});

test("folding keeps lengths and what belongs to a token", () => {
  for (const c of codePoints()) {
    const folded = foldCodePoint(c);
    if (folded === c) continue;
    const [a, b] = [String.fromCodePoint(c), String.fromCodePoint(folded)];
    expect(b.length).toBe(a.length);
    expect(tokenSpans(b)).toEqual(tokenSpans(a));
  }
});

test.each([
  ["É", "é"],
  ["Σς", "σσ"],
  ["ẞß", "ßß"],
  ["İı", "İı"],
  ["STRASSE", "strasse"],
  ["\ud800A", "\ud800a"],
  ["𐐀x", "𐐨x"],
])("foldText(%j)", (text, want) => {
  expect(foldText(text)).toBe(want);
});

test.each([
  ["GET /api/v1", ["get", "api", "v1"]],
  ["user_id", ["user_id"]],
  ["A-1001", ["a", "1001"]],
  ["10.0.0.1", ["10", "0", "0", "1"]],
  ["550e8400-e29b-41d4-a716-446655440000", ["550e8400", "e29b", "41d4", "a716", "446655440000"]],
  ["bob@example.com", ["bob", "example", "com"]],
  ["3000ms camelCase", ["3000ms", "camelcase"]],
  ["连接超时", ["连", "接", "超", "时"]],
  ["日本語ab1", ["日", "本", "語", "ab1"]],
  ["ラーメン", ["ラ", "ー", "メ", "ン"]],
  ["ก็", ["ก", "็"]],
  ["๑๒", ["๑๒"]],
  ["=> 🚀", []],
  ["\u001b[31mDEBUG\u001b[0mx", ["debug", "x"]],
  ["\u001b[1;32", ["1", "32"]],
  ["cafe\u0301 É", ["cafe\u0301", "é"]],
  ["", []],
])("tokensOf(%j)", (text, want) => {
  expect(tokensOf(text)).toEqual(want);
});

const arbText = fc.string({
  unit: fc.constantFrom(
    "a",
    "B",
    "_",
    "7",
    " ",
    "-",
    "é",
    "连",
    "ー",
    "𐐀",
    "🚀",
    "\u001b",
    "[",
    "m",
    "\ud800",
  ),
  maxLength: 24,
});

test("tokens stand at their spans, and starts and ends are those of the spans", () => {
  fc.assert(
    fc.property(arbText, (text) => {
      const spans = tokenSpans(text);
      expect(tokensOf(text)).toEqual(spans.map((s) => foldText(text.slice(s.start, s.end))));
      const starts = new Set(spans.map((s) => s.start));
      const ends = new Set(spans.map((s) => s.end));
      for (let at = 0; at <= text.length; at++) {
        expect(startsToken(text, at)).toBe(starts.has(at));
        expect(endsToken(text, at)).toBe(ends.has(at));
      }
    }),
  );
});

test("folding first and cutting first are one", () => {
  fc.assert(
    fc.property(arbText, (text) => {
      expect(tokensOf(foldText(text))).toEqual(tokensOf(text));
    }),
  );
});

test("tokens in a row are a run of the tokens", () => {
  const arbTokens = fc.array(fc.constantFrom("a", "b", "7", "é", "连"), { maxLength: 3 });
  fc.assert(
    fc.property(arbText, arbTokens, (text, wanted) => {
      const tokens = tokensOf(text);
      const want =
        wanted.length === 0 || tokens.some((_, at) => wanted.every((w, i) => tokens[at + i] === w));
      expect(hasTokensInRow(foldText(text), wanted)).toBe(want);
    }),
  );
});
