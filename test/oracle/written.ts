/**
 * Filters and pipes as people write them: every construct of the grammar, over the words, names and values of
 * arbitraries.ts.
 * Invariant: what is written mostly parses; what does not is for the caller to leave out.
 */
import fc from "fast-check";

const NAMES = [
  "status",
  "user",
  "user.name",
  "items",
  "items.sku",
  "items.a",
  "duration_ms",
  "size_kb",
  "exception",
  "exception.a",
  "tags",
  '"user"',
  "@status",
  "@level",
  "@message",
  "nosuch",
];
const BELOW = ["user.*", "items.*", "exception.*"];
const TEXTS = ["message", "service", "host", "trace_id", "span_id", "service.name", "trace.id"];

/** Fields as pipes take them. */
export const PIPE_FIELDS = [
  ...NAMES.filter((name) => name !== "nosuch"),
  ...BELOW,
  ...TEXTS.slice(0, 5),
  "level",
  "time",
  "id",
  "pattern",
];

const arbBare = fc.constantFrom(
  "ok",
  "time",
  "timeout",
  "Timeout",
  "TASK",
  "k",
  "a",
  "ab",
  "500",
  "12",
  "1.5s",
  "10kB",
  "5e2",
  "-5",
  "É",
  "ß",
  "Σ",
  "连接",
  "🚀",
  "=>",
  "/api/v1",
  "user_id",
  "x-1",
  "A-1001",
  "true",
  "null",
  "00f067aa0ba902b7",
  "http://ok",
  "std::string",
  "--flag",
  "ok@time",
  "#",
  "web",
  "Web",
  "db",
  "web-1",
  "9007199254740993",
  "1e21",
  "C:\\time",
);
const arbInner = fc
  .array(
    fc.constantFrom(
      "ok",
      "time",
      "task",
      "timeout",
      "500",
      "a",
      "",
      "É",
      "连接",
      "🚀",
      "x-1",
      "web",
      "order",
    ),
    { minLength: 1, maxLength: 3 },
  )
  .chain((words) => fc.constantFrom(" ", "-", ": ").map((gap) => words.join(gap)));
const arbQuoted = fc
  .tuple(arbInner, fc.constantFrom(['"', '"'], ["'", "'"], ["“", "”"]))
  .map(([text, [open = "", close = ""]]) => open + text + close);
const arbWild = fc.oneof(
  fc.constantFrom(
    "ti*",
    "*ask",
    "*im*",
    "t*e",
    "*",
    "a*b*",
    "*-*",
    "web*",
    "*1",
    "5*",
    "É*",
    "t*t",
  ),
  arbInner.map((text) => `"${text}"*`),
  arbInner.map((text) => `*"${text}"`),
  arbInner.map((text) => `*"${text}"*`),
);
const arbRegex = fc.constantFrom(
  "/time/",
  "/^ok/i",
  "/t.*k/s",
  "/\\d+ms|task/",
  "/[tT]ime(out)?/",
  "/a+b?/",
  "/ok$/m",
  "/(?:500|12)$/",
  "/^$/",
  "/x-\\d/",
  "/É|连/i",
);
const arbPlain = fc.oneof(
  { weight: 4, arbitrary: arbBare },
  { weight: 2, arbitrary: arbQuoted },
  arbWild,
  arbRegex,
);

const arbScalar = fc.oneof(
  fc.constantFrom("0", "1", "1.5", "500", "-5", "12", "9007199254740992", "9007199254740993"),
  fc.constantFrom("1e21", "1ms", "1.5s", "12ms", "1h30m", "10kB", "1B", "1.5MiB", ".5"),
  fc.constantFrom("abc", "time", "A-1001", '"500"', '"1.5s"', '"t"', "É", "web"),
);
const arbOp = fc.constantFrom(">", ">=", "<", "<=");
const arbRange = fc
  .tuple(
    fc.constantFrom("[", "{"),
    fc.oneof(
      fc.constantFrom("0 TO 500", "* TO 12", "1 TO *", "-5 TO 1.5", "1ms TO 1.5s", "1B TO 10kB"),
      fc.constantFrom('"a" TO "time"', "a TO web", "12 TO 12", '"" TO "~"'),
    ),
    fc.constantFrom("]", "}"),
  )
  .map(([open, ends, close]) => open + ends + close);
const arbItem = fc.oneof(
  { weight: 3, arbitrary: arbPlain },
  fc.tuple(arbOp, arbScalar).map((parts) => parts.join("")),
  arbQuoted.map((text) => `=${text}`),
  arbRange,
);
const arbList = fc
  .tuple(fc.array(arbItem, { minLength: 1, maxLength: 3 }), fc.constantFrom(" ", ", ", " OR "))
  .map(([items, gap]) => `(${items.join(gap)})`);

const arbName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  fc.constantFrom(...BELOW),
  { weight: 2, arbitrary: fc.constantFrom(...TEXTS) },
);
const arbFieldTest = fc
  .tuple(
    arbName,
    fc.oneof(
      fc.tuple(fc.constantFrom(":", "="), arbPlain).map((parts) => parts.join("")),
      fc
        .tuple(fc.constantFrom(":=", "!=", ":!="), fc.oneof(arbBare, arbQuoted))
        .map((p) => p.join("")),
      fc.tuple(fc.constantFrom(":", "", " "), arbOp, arbScalar).map(([a, b, c]) => a + b + c),
      arbRange.map((range) => `:${range}`),
      arbList.map((list) => `:${list}`),
      fc.constant(":*"),
    ),
  )
  .map(([name, test]) => name + test);

const arbLevelName = fc.constantFrom(
  "trace",
  "debug",
  "info",
  "WARN",
  "err",
  "critical",
  "17",
  "1",
  "24",
);
const arbLevelTest = fc.oneof(
  fc
    .tuple(fc.constantFrom(":", ":>", ":>=", "<", "<=", "!=", ":="), arbLevelName)
    .map((p) => `level${p.join("")}`),
  fc
    .array(arbLevelName, { minLength: 1, maxLength: 3 })
    .map((names) => `level:(${names.join(" ")})`),
  fc
    .tuple(fc.constantFrom("[", "{"), fc.constantFrom("]", "}"))
    .map(([open, close]) => `level:${open}debug TO error${close}`),
  fc.constantFrom("level:*", "level:(>=error 1)", "level:[* TO 9]"),
);
const arbInstant = fc.constantFrom(
  "2026-11-24",
  "2026-11-24T14",
  "2026-11-24T14:30",
  "2026-11-24T14:00:00.000001Z",
  "now",
  "now-90m",
  "-1h",
  "1795528800",
  "1795528800000003",
  "2026-11-24T15:10:00+01:00",
);
const arbTimeTest = fc.oneof(
  fc
    .tuple(fc.constantFrom(":", ":>", ":>=", "<", "<=", "!="), arbInstant)
    .map((p) => `time${p.join("")}`),
  fc.tuple(arbInstant, arbInstant).map(([a, b]) => `time:(${a} ${b})`),
  fc.constantFrom("time:[-2h TO -1h}", "time:{2026-11-24T14:10 TO *]", "time:*"),
);
const arbIdTest = fc
  .tuple(
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(
    ([offset, batch, index]) =>
      `1795528800${String(offset * 1000).padStart(9, "0")}.019a0000-0000-7000-8000-00000000000${batch}.${index}`,
  )
  .chain((id) => fc.constantFrom(`id:${id}`, `id:(${id} x)`, `id!=${id}`, "id:*"));
const arbPatternTest = fc.constantFrom(
  'pattern:"ok"',
  'pattern:"<*>"',
  'pattern:"<*> <*>"',
  'pattern:"ok <*>"',
  'pattern:"task <*> ok"',
  "pattern:time",
  'pattern:(ok "a <*>")',
  "pattern!=ok",
);

const arbTerm = fc.oneof(
  { weight: 4, arbitrary: arbPlain },
  { weight: 8, arbitrary: arbFieldTest },
  { weight: 2, arbitrary: arbLevelTest },
  arbTimeTest,
  arbIdTest,
  arbPatternTest,
);

/** A filter as it is written; most of them parse. */
export const arbWritten: fc.Arbitrary<string> = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    arbTerm,
    fc.tuple(fc.constantFrom("-", "!", "NOT "), arbTerm).map(([sign, term]) => sign + term),
    fc
      .tuple(
        fc.array(tie("filter"), { minLength: 2, maxLength: 3 }),
        fc.constantFrom(" ", " AND ", " OR "),
      )
      .map(([parts, gap]) => parts.join(gap)),
    tie("filter").map((filter) => `(${filter})`),
    fc
      .tuple(fc.constantFrom("-", "NOT "), tie("filter"))
      .map(([sign, filter]) => `${sign}(${filter})`),
  ),
})).filter;
