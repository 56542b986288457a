/** Every case of the language's fixtures that the query room decides: validity, errors, canonical form. */

import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { parseQuery } from "./parse.ts";
import { printQuery } from "./print.ts";

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

/** Warnings that need the fields of the range are another test's. */
const NEED_FIELDS = new Set(["unknown_field", "no_unit", "not_numbers", "text_number"]);

test("the fixtures are there", () => {
  expect(cases.length).toBeGreaterThan(260);
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
    const warnings = (want.warnings ?? []).filter((code) => !NEED_FIELDS.has(code));
    expect(result.warnings.map((w) => w.code)).toEqual(warnings);
    expect(printQuery(result.query)).toBe(want.canonical);
    const again = parseQuery(printQuery(result.query), context);
    expect(again.ok && printQuery(again.query)).toBe(want.canonical);
  },
);
