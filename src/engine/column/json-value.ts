/**
 * Attribute values and their JSON texts.
 * Invariant: an integer beyond ±2^53 keeps its digits both ways: a bigint inside where a double would print others,
 * plain digits in JSON. One beyond any double is a text of its digits: making numbers of them takes time by their square.
 */
import type { AttributeValue } from "../../domain/entry.ts";

const MAY_HOLD_BIG_INTEGER = /\d{16}/;
const INTEGER = /^-?\d+$/;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** @returns the value of a JSON text; throws SyntaxError when it is none. */
export function parseJsonValue(text: string): AttributeValue {
  if (!MAY_HOLD_BIG_INTEGER.test(text)) return JSON.parse(text) as AttributeValue;
  return parseWith(text, (_key, value, { source }) =>
    typeof value === "number" &&
    !Number.isSafeInteger(value) &&
    source !== undefined &&
    (value === Infinity || value === -Infinity || String(value) !== source) &&
    INTEGER.test(source)
      ? Number.isFinite(value)
        ? BigInt(source)
        : source
      : value,
  ) as AttributeValue;
}

/** @returns the JSON text of a value. */
export function jsonText(value: AttributeValue): string {
  if (typeof value === "bigint") return value.toString();
  try {
    return JSON.stringify(value);
  } catch {
    // It holds a bigint, which is rare, and looking for one costs as much as writing.
    return textOfParts(value);
  }
}

function textOfParts(value: AttributeValue): string {
  if (value === null || typeof value !== "object") return jsonText(value);
  if (Array.isArray(value))
    return `[${(value as readonly AttributeValue[]).map(textOfParts).join(",")}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${textOfParts(member as AttributeValue)}`,
  );
  return `{${members.join(",")}}`;
}
