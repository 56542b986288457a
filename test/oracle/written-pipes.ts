/**
 * Pipes as people write them: every pipe with every function, key, width and kind of field, over entries and tables.
 * Invariant: what is made parses; `context` is not among it, as it may be partial.
 */
import fc from "fast-check";
import type { Column } from "../../src/query/ast.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { arbWritten, PIPE_FIELDS } from "./written.ts";

const arbField = fc.constantFrom(...PIPE_FIELDS);
const arbWidth = fc.constantFrom("30s", "10m", "90m", "1h", "1d", "2d", "1w", "2w", "1h30m");
const arbDirection = fc.constantFrom("", " asc", " desc");
const arbCount = fc.integer({ min: 1, max: 6 });
const FIELD_FUNCTIONS = [
  "count",
  "uniq",
  "sum",
  "avg",
  "min",
  "max",
  "first",
  "last",
  "values",
  "p1",
  "p50",
  "p99",
];

function arbCall(field: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom("count()", "count", "rate()", "rate"),
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...FIELD_FUNCTIONS), field)
        .map(([fn, f]) => `${fn}(${f})`),
    },
    fc
      .tuple(field, fc.constantFrom("50", "99.9", "0.1", "100"))
      .map(([f, percent]) => `percentile(${f}, ${percent})`),
    arbWritten.map((filter) => `count_if(${filter})`),
  );
}

function arbCalls(field: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(arbCall(field), { minLength: 1, maxLength: 4 })
    .map((calls) => calls.map((call, i) => `${call} as f${i}`).join(", "));
}

function arbKeys(field: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const key = fc.oneof(
    { weight: 3, arbitrary: field },
    arbWidth.map((width) => `bin(${width})`),
    fc.tuple(field, fc.constantFrom("7", "100", "0.5")).map(([f, step]) => `bin(${f}, ${step})`),
  );
  return fc
    .array(key, { maxLength: 3 })
    .map((keys) =>
      keys.length === 0 ? "" : ` by ${keys.map((k, i) => `${k} as k${i}`).join(", ")}`,
    );
}

function arbSort(field: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const key = fc
    .tuple(fc.constantFrom("", "", "-"), field, arbDirection)
    .map(([sign, f, direction]) => (sign === "-" ? `-${f}` : f + direction));
  return fc
    .tuple(fc.constantFrom("sort ", "sort by "), fc.array(key, { minLength: 1, maxLength: 3 }))
    .map(([sort, keys]) => sort + keys.join(", "));
}

function arbMaker(field: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const several = fc.uniqueArray(field, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    several.map((fields) => `fields ${fields.map((f, i) => `${f} as c${i}`).join(", ")}`),
    {
      weight: 3,
      arbitrary: fc
        .tuple(arbCalls(field), arbKeys(field))
        .map((parts) => `stats ${parts.join("")}`),
    },
    fc
      .tuple(
        fc.constantFrom("", "20m ", "1h ", "1d ", "1w "),
        fc.option(arbCalls(field), { nil: "" }),
        fc.option(
          fc
            .tuple(field, fc.constantFrom("", " limit 1", " limit 2"))
            .map(([f, limit]) => ` by ${f}${limit}`),
          { nil: "" },
        ),
      )
      .map((parts) => `timechart ${parts.join("")}`),
    fc
      .tuple(fc.constantFrom("top", "rare"), arbCount, several)
      .map(([kind, n, fields]) => `${kind} ${n} ${fields.join(", ")}`),
    field.map((f) => `dedup ${f}`),
    fc.constantFrom("patterns", "patterns 2"),
  );
}

const arbEntryPipe = fc.oneof(
  arbWritten.map((filter) => `where ${filter}`),
  arbSort(arbField),
  fc
    .tuple(arbCount, fc.constantFrom("", " offset 2"))
    .map(([n, offset]) => `limit ${n * 5}${offset}`),
  fc.tuple(arbField, arbField).map((fields) => `dedup ${fields.join(", ")}`),
  fc.constantFrom("sample 1/2", "sample 3"),
  fc.constantFrom('parse "<user>-<tags>"', "parse logfmt from user as p", "parse json from items"),
);

function arbTablePipe(columns: readonly Column[]): fc.Arbitrary<string> {
  const column = fc.constantFrom(...columns.map(({ name }) => `"${name}"`));
  return fc.oneof(
    arbSort(column),
    fc.tuple(column, fc.constantFrom(...TESTS)).map(([name, test]) => `where ${name}${test}`),
    fc
      .tuple(column, fc.constantFrom(...TESTS))
      .map(([name, test]) => `where -${name}${test} OR ok`),
    fc.constantFrom("where ok", "where -5*", "where /o/ -web", "limit 3", "limit 2 offset 1"),
    fc.tuple(column, column).map((names) => `dedup ${names.join(", ")}`),
    { weight: 3, arbitrary: arbMaker(column) },
  );
}

/** Of columns of every type; each is right for one of them. */
const TESTS = [
  ":*",
  ":ok",
  ":=ok",
  ":5",
  ":>1",
  ":[0 TO 12}",
  ":(ok 1 >=500)",
  ':"a b"',
  ":t*",
  "!=500",
  ":>=warn",
  ":(info fatal)",
  ":[debug TO error]",
  ":>2026-11-24T14:30",
  ":2026-11-24",
  "<now",
];

function columnsOf(text: string): readonly Column[] | null | undefined {
  const result = parseQuery(text, { nowNanos: 1_795_536_000_000_000_000n, timeZone: "UTC" });
  return result.ok ? result.query.columns : undefined;
}

/** Pipes behind each other, as far as they parse. */
export const arbWrittenPipes: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(arbEntryPipe, { maxLength: 2 }),
    fc.option(arbMaker(arbField), { freq: 8 }),
    fc.constantFrom(0, 1, 2),
  )
  .chain(([before, maker, after]) => {
    const parts = [...before, ...(maker === null ? [] : [maker])];
    const made = parts.reduce((text, pipe) => {
      const longer = `${text} | ${pipe}`;
      return columnsOf(longer) === undefined ? text : longer;
    }, "");
    return behind(made, after);
  });

function behind(made: string, pipes: number): fc.Arbitrary<string> {
  const columns = columnsOf(made) ?? null;
  if (pipes === 0 || columns === null || columns.length === 0) return fc.constant(made);
  return arbTablePipe(columns).chain((pipe) => {
    const longer = `${made} | ${pipe}`;
    return behind(columnsOf(longer) === undefined ? made : longer, pipes - 1);
  });
}
