/**
 * JSON of a message, from its descriptor: right where nothing went wrong, and wrong in every way a text can be.
 * Invariant: of a bounded size, whatever the random source says.
 */
import { type FieldInfo, type IMessageType, ScalarType } from "@protobuf-ts/runtime";
import {
  attributeName,
  chance,
  double,
  fieldText,
  hostileText,
  integer,
  type Making,
  nanos,
  oneOf,
  seconds,
} from "./hostile-values.ts";

export type MessageDescriptor = Pick<IMessageType<object>, "typeName" | "fields">;

const WRONG: readonly string[] = [
  "null",
  "[]",
  "{}",
  "[[]]",
  "[{}]",
  '{"a":{"b":1}}',
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "1.5",
  "1e999",
  "-1e999",
  "1E400",
  "01",
  "+1",
  ".5",
  "NaN",
  "Infinity",
  "undefined",
  "'single'",
  "123456789012345678901234567890123456789012345678901234567890",
  '""',
  '"\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  '"unclosed',
  '"\n"',
  "/* comment */ 1",
  "[1,]",
  '{"a":1,}',
  '{"a":1,"a":2}',
  '{"__proto__":{"polluted":true}}',
  "//",
  "",
];

export function wrongJson(making: Making): string {
  const { random } = making;
  const kind = random.below(20);
  if (kind === 0) return deep("[", "]", oneOf(random, [10, 63, 64, 65, 500, 20_000]));
  if (kind === 1) return deep('{"a":', "}", oneOf(random, [10, 31, 32, 33, 64, 5_000]));
  if (kind === 2) return JSON.stringify(hostileText(random));
  if (kind === 3) return "9".repeat(random.below(3_000));
  return oneOf(random, WRONG);
}

function deep(open: string, close: string, levels: number): string {
  return `${open.repeat(levels)}1${close.repeat(levels)}`;
}

export function messageJson(making: Making, type: MessageDescriptor): string {
  switch (type.typeName) {
    case "google.protobuf.Timestamp":
      return JSON.stringify(timestampText(making));
    case "google.protobuf.Duration":
      return JSON.stringify(`${double(making.random)}s`);
    case "google.protobuf.Struct":
      return freeObject(making, 0);
    default:
      return objectJson(making, type);
  }
}

function timestampText(making: Making): string {
  const { random, wild } = making;
  const ms = Number(seconds(making)) * 1000;
  const text = Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
  if (!chance(random, 0.3 + wild)) return text;
  return text.replace(
    /\.\d+Z$/,
    oneOf(random, ["Z", ".123456789Z", ".1234567890Z", "+14:00", "-23:59", "z", "+1:00", " Z", ""]),
  );
}

/** Ends of ranges, and what is refused beyond a bound. */
export const RANGES: ReadonlySet<string> = new Set(["start_time", "end_time", "budget"]);

function objectJson(making: Making, type: MessageDescriptor): string {
  const { random, wild } = making;
  const members: string[] = [];
  const keep = chance(random, 0.5) ? 0.9 : 0.4;
  for (const field of type.fields) {
    // Ranges that are made apart from each other are mostly no ranges, and refused before anything else.
    const kept = RANGES.has(field.name) ? keep / 5 : keep;
    if (!chance(random, kept)) continue;
    members.push(member(making, field));
    if (chance(random, wild / 2)) members.push(member(making, field));
  }
  if (chance(random, wild))
    members.push(
      `${JSON.stringify(attributeName(random))}:${chance(random, 0.5) ? wrongJson(making) : freeJson(making, 0)}`,
    );
  const gap = chance(random, wild) ? oneOf(random, [" ", "\n\t", "\ufeff", "\u00a0", ",", ""]) : "";
  return `{${members.join(`,${gap}`)}${gap}}`;
}

function member(making: Making, field: FieldInfo): string {
  const { random, wild } = making;
  const name = chance(random, 0.3) ? (field.jsonName ?? field.name) : field.name;
  const written = chance(random, wild / 4)
    ? `"${escapedAll(name)}"`
    : JSON.stringify(chance(random, wild / 4) ? name.toUpperCase() : name);
  return `${written}:${chance(random, wild) ? wrongJson(making) : fieldJson(making, field)}`;
}

function escapedAll(text: string): string {
  return text
    .split("")
    .map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

function fieldJson(making: Making, field: FieldInfo): string {
  const { random, wild } = making;
  if (field.repeat === undefined || field.repeat === 0) return oneJson(making, field);
  const count = chance(random, wild / 10) ? 300 : random.below(4);
  return `[${Array.from({ length: count }, () => oneJson(making, field)).join(",")}]`;
}

function oneJson(making: Making, field: FieldInfo): string {
  const { random, wild } = making;
  switch (field.kind) {
    case "message":
      return messageJson(making, field.T());
    case "map":
      return freeObject(making, 0);
    case "enum": {
      const [, values, prefix = ""] = field.T();
      const names = namesOf(values);
      const [name, number] = oneOf(random, names);
      if (chance(random, wild)) return String(oneOf(random, [2, 24, 25, -1, 999, 4_294_967_296]));
      return chance(random, 0.3) ? String(number) : JSON.stringify(prefix + name);
    }
    case "scalar":
      return scalarJson(making, field.name, field.T);
    default:
      return field satisfies never;
  }
}

const NAMES_OF = new WeakMap<object, [string, string | number][]>();

function namesOf(values: Readonly<Record<string, string | number>>): [string, string | number][] {
  let names = NAMES_OF.get(values);
  if (names === undefined) {
    names = Object.entries(values).filter(([, value]) => typeof value === "number");
    NAMES_OF.set(values, names);
  }
  return names;
}

function scalarJson(making: Making, name: string, type: ScalarType): string {
  const { random } = making;
  switch (type) {
    case ScalarType.STRING:
      return JSON.stringify(fieldText(making, name));
    case ScalarType.BOOL:
      return chance(random, 0.5) ? "true" : "false";
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return chance(random, 0.1) ? '"NaN"' : String(double(random));
    case ScalarType.BYTES:
      return JSON.stringify(Buffer.from(hostileText(random)).toString("base64"));
    default: {
      const text = String(integer(making));
      return chance(random, 0.3) ? `"${text}"` : text;
    }
  }
}

/** JSON that no descriptor bounds: attributes, and lines of other people's logs. */
export function freeObject(making: Making, depth: number): string {
  const { random } = making;
  const members = Array.from(
    { length: random.below(6) },
    () => `${JSON.stringify(attributeName(random))}:${freeJson(making, depth + 1)}`,
  );
  return `{${members.join(",")}}`;
}

function freeJson(making: Making, depth: number): string {
  const { random, wild } = making;
  if (chance(random, wild / 2)) return wrongJson(making);
  switch (random.below(depth > 4 ? 6 : 9)) {
    case 0:
      return "null";
    case 1:
      return chance(random, 0.5) ? "true" : "false";
    case 2:
      return String(double(random));
    case 3:
      return String(integer(making));
    case 4:
    case 5:
      return JSON.stringify(hostileText(random));
    case 6:
      return freeObject(making, depth);
    default:
      return `[${Array.from({ length: random.below(4) }, () => freeJson(making, depth + 1)).join(",")}]`;
  }
}

/** A line of a program's log in JSON: the names that other tools use, with what does not belong there. */
export function logLine(making: Making): string {
  const { random, wild } = making;
  if (chance(random, wild)) return wrongJson(making);
  const members: string[] = [];
  for (const [name, values] of LINE_FIELDS)
    if (chance(random, 0.35))
      members.push(
        `${JSON.stringify(name)}:${chance(random, 0.2) ? freeJson(making, 1) : oneOf(random, values)}`,
      );
  const at = nanos(making);
  if (chance(random, 0.3)) members.push(`"time":"${seconds(making)}.${at}"`);
  return `{${members.join(",")}}`;
}

const LINE_FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ["level", ['"warn"', "30", "17", '"DEBUG-4"', '"nonsense"', "-3", "1e9", '""']],
  ["severity", ['"ERROR"', "3", '"7"']],
  ["msg", ['"one"', '""', '"\\ud800"', "7"]],
  ["message", ['"request 1 took 3 ms"', '"two\\nlines"', "{}", "[1]"]],
  ["event", ['"started"', '{"kind":"x"}']],
  ["time", ["1795530000000", '"2026-11-24T10:00:00Z"', '"Nov 24 10:00:01"', "1e300", "-1", '""']],
  ["@timestamp", ['"2026-11-24T10:00:00.123456789Z"', '"24/Nov/2026"', "0"]],
  ["ts", ["1795530000.123456", '"1795530000"']],
  ["service", ['"web"', '{"name":"web"}', "null"]],
  ["service.name", ['"shop"']],
  ["hostname", ['"h1"', "[]"]],
  ["trace_id", ['"0af7651916cd43dd8448eb211c80319c"', '"zz"', "7", `"${"0".repeat(32)}"`]],
  ["traceparent", ['"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"', '"00--"']],
  ["err", ['{"type":"E","message":"m","stack":"s"}', '"text"', "[{}]"]],
  ["exc_info", ['"Traceback"', "null"]],
  ["nested", ['{"a":[1,2,{"b":null}]}', '{"a":{"b":{"c":{"d":1}}}}']],
  ["nested.a", ["1"]],
];
