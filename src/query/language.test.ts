/** Every case of the language's fixtures that the query room decides: validity, errors, canonical form. */

import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { parseNumber } from "./literals.ts";
import { parseQuery } from "./parse.ts";
import { printQuery } from "./print.ts";
import { warnFields } from "./warn-fields.ts";

type Case = {
  readonly id: string;
  readonly query: string;
  readonly range?: { readonly now?: string; readonly end: string };
  readonly expect: {
    readonly canonical?: string;
    readonly warnings?: readonly string[];
    readonly error?: {
      readonly code: string;
      readonly start: number;
      readonly end: number;
      readonly expected?: string;
      readonly fixes?: readonly string[];
    };
  };
};

const file = new URL("../../test/fixtures/language/cases.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };
const context = { nowNanos: 1795532400000000000n, timeZone: "UTC" };

type Known = Map<string, { numbers: boolean; texts: boolean }>;

/** The fields of the fixtures' entries, as a range of blocks would report them. */
function collectFields(known: Known, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) collectFields(known, name, item);
  } else if (typeof value === "object") {
    for (const [key, inner] of Object.entries(value))
      collectFields(known, name === "" ? key : `${name}.${key}`, inner);
  } else {
    const seen = known.get(name) ?? { numbers: false, texts: false };
    seen.numbers ||=
      typeof value === "number" ||
      (typeof value === "string" && parseNumber(value.trim()) !== null);
    seen.texts ||= typeof value === "string";
    known.set(name, seen);
  }
}

const entriesFile = new URL("../../test/fixtures/language/entries.json", import.meta.url);
const entries = JSON.parse(readFileSync(entriesFile, "utf8")) as {
  readonly attributes?: unknown;
}[];
const known: Known = new Map();
for (const entry of entries) collectFields(known, "", entry.attributes);

test("the fixtures are there", () => {
  expect(cases.length).toBeGreaterThan(260);
  expect(known.size).toBeGreaterThan(20);
});

test.each(cases.map((c) => [c.id, c.query, c] as const))(
  "%s %j",
  (_id, query, { expect: want }) => {
    const result = parseQuery(query, context);
    if (want.error !== undefined) {
      expect(result).toMatchObject({ ok: false, error: want.error });
      return;
    }
    if (!result.ok)
      throw new Error(`${result.error.code} ${result.error.start}: ${result.error.message}`);
    const warnings = [
      ...result.warnings,
      ...warnFields(result.query, known, { text: query, context }),
    ];
    expect(warnings.map((w) => w.code)).toEqual(want.warnings ?? []);
    for (const fix of warnings.flatMap((w) => w.fixes))
      expect(parseQuery(fix, context)).toMatchObject({ ok: true });
    const canonical = printQuery(result.query);
    expect(canonical).toBe(want.canonical);
    const again = parseQuery(canonical, context);
    expect(again.ok && printQuery(again.query)).toBe(canonical);
  },
);
