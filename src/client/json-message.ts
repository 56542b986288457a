/**
 * Canonical proto3 JSON of the generated message types, by shapes: `generated/client/**.shapes.ts`.
 * Invariants: what is read has every field, absent ones as proto3 has them; whole numbers of 64 bits and nanoseconds
 * stay exact. A number that names no value of its enum is kept.
 *
 * A shape is a text of fields, `<kind><name>` each, then the messages and enums that kinds m and e hold, in order:
 * s text, b boolean, n number, i whole number of 64 bits, e enum, m message, t Timestamp, d Duration, v any JSON, p map;
 * a capital is a list, and ? before it a field that may be absent.
 */
export interface Shape extends ReadonlyArray<string | Shape | EnumValues> {
  readonly 0: string;
}
/** Numbers by name, as ts-proto's enums are. */
export type EnumValues = Readonly<Record<string, string | number>>;

interface Time {
  readonly seconds: bigint;
  readonly nanos: number;
}
type Message = Record<string, unknown>;

interface Field {
  readonly json: string;
  readonly name: string;
  readonly kind: string;
  readonly isList: boolean;
  readonly isOptional: boolean;
  readonly of: Shape | EnumValues | undefined;
}

const known = new WeakMap<Shape, readonly Field[]>();

function fieldsOf(shape: Shape): readonly Field[] {
  let fields = known.get(shape);
  if (fields === undefined) {
    const of = shape.slice(1) as (Shape | EnumValues)[];
    fields = shape[0]
      .split(" ")
      .filter(Boolean)
      .map((field) => {
        const isOptional = field.startsWith("?");
        const letter = field.charAt(isOptional ? 1 : 0);
        const json = field.slice(isOptional ? 2 : 1);
        const kind = letter.toLowerCase();
        return {
          json,
          name: json.replace(/_(\w)/g, (_, first: string) => first.toUpperCase()),
          kind,
          isList: letter !== kind,
          isOptional,
          of: kind === "m" || kind === "e" ? of.shift() : undefined,
        };
      });
    known.set(shape, fields);
  }
  return fields;
}

/** @param json what `JSON.parse` gave; throws for what is no such message. */
export function messageOfJson(shape: Shape, json: unknown): object {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new TypeError("not a message");
  const message: Message = {};
  for (const field of fieldsOf(shape)) {
    const value = (json as Message)[field.json];
    // The server writes null for a message that is not there.
    const isAbsent = value === undefined || value === null;
    message[field.name] = isAbsent
      ? absent(field)
      : field.isList
        ? (value as unknown[]).map((one) => read(field, one))
        : read(field, value);
  }
  return message;
}

function absent({ kind, isList, isOptional }: Field): unknown {
  if (isList) return [];
  if (isOptional) return undefined;
  switch (kind) {
    case "s":
      return "";
    case "b":
      return false;
    case "n":
    case "e":
      return 0;
    case "i":
      return 0n;
    case "p":
      return {};
    default:
      return undefined;
  }
}

function read({ kind, of }: Field, value: unknown): unknown {
  switch (kind) {
    case "n":
      // NaN and the infinities are texts.
      return Number(value);
    case "i":
      return BigInt(value as string);
    case "e":
      return typeof value === "number" ? value : ((of as EnumValues)[value as string] ?? 0);
    case "m":
      return messageOfJson(of as Shape, value);
    case "t":
      return timestampOf(value as string);
    case "d":
      return durationOf(value as string);
    default:
      return value;
  }
}

/** @returns what `JSON.stringify` takes. */
export function jsonOfMessage(shape: Shape, message: object): object {
  const json: Message = {};
  for (const field of fieldsOf(shape)) {
    const value = (message as Message)[field.name];
    if (value === undefined) continue;
    json[field.json] = field.isList
      ? (value as unknown[]).map((one) => written(field, one))
      : written(field, value);
  }
  return json;
}

function written({ kind, of }: Field, value: unknown): unknown {
  switch (kind) {
    case "n":
      return Number.isFinite(value) ? value : String(value);
    case "i":
      return String(value);
    case "e":
      return Object.entries(of as EnumValues).find(([, number]) => number === value)?.[0] ?? value;
    case "m":
      return jsonOfMessage(of as Shape, value as object);
    case "t":
      return timeText(value as Time);
    case "d":
      return durationText(value as Time);
    default:
      return value;
  }
}

function timestampOf(text: string): Time {
  const ms = Date.parse(`${text.slice(0, 19)}Z`);
  return { seconds: BigInt(ms / 1000), nanos: nanosOf(text.slice(19)) };
}

function timeText({ seconds, nanos }: Time): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fractionText(nanos)}Z`;
}

/** Seconds and nanoseconds of a negative one are negative both. */
function durationOf(text: string): Time {
  const [whole = "", fraction = ""] = text.split(".");
  const nanos = fraction === "" ? 0 : nanosOf(`.${fraction}`);
  return {
    seconds: BigInt(whole.replace("s", "")),
    nanos: text.startsWith("-") ? 0 - nanos : nanos,
  };
}

function durationText({ seconds, nanos }: Time): string {
  const sign = seconds < 0n || nanos < 0 ? "-" : "";
  const whole = seconds < 0n ? -seconds : seconds;
  return `${sign}${whole}${fractionText(Math.abs(nanos))}s`;
}

/** @param text `.123456Z`, `.5s`, `Z` or nothing. */
function nanosOf(text: string): number {
  return Number(text.replace(/\D/g, "").padEnd(9, "0"));
}

/** None, three, six or nine digits. */
function fractionText(nanos: number): string {
  return nanos === 0
    ? ""
    : `.${String(nanos)
        .padStart(9, "0")
        .replace(/(000){1,2}$/, "")}`;
}
