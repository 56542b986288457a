/**
 * Attributes out of a JSON text, as they are taken from an entry that is sent.
 * Invariant: names are flat; a name that is spelled in several ways holds their distinct values, the flattest spelling's
 * first; integers keep their digits. What is nested deeper than a body may be is no JSON here.
 */
import type { AttributeValue } from "../../domain/entry.ts";
import { LIMITS } from "../../domain/limits.ts";
import { jsonText, parseJsonValue } from "../column/json-value.ts";

/** The object that is the text, or else from its first `{` to its last `}`. @returns undefined when there is none. */
export function parseJson(text: string): Map<string, AttributeValue> | undefined {
  const whole =
    objectOf(text) ?? objectOf(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  if (whole === undefined) return undefined;
  const spellings = new Map<string, Spelling[]>();
  collect("", 0, whole, spellings);
  const flat = new Map<string, AttributeValue>();
  for (const [name, own] of spellings) flat.set(name, joined(own));
  return flat;
}

interface JsonObject {
  readonly [name: string]: AttributeValue;
}

interface Spelling {
  readonly depth: number;
  readonly value: AttributeValue;
}

function objectOf(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text) || isTooDeep(text)) return undefined;
  try {
    const value = parseJsonValue(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Brackets outside of texts; what is no JSON may be judged either way. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "{" || char === "[") {
      depth++;
      if (depth > LIMITS.jsonDepth) return true;
    } else if (char === "}" || char === "]") depth--;
    else if (char === '"')
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
  }
  return false;
}

function isObject(value: AttributeValue): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function collect(
  prefix: string,
  depth: number,
  object: JsonObject,
  into: Map<string, Spelling[]>,
): void {
  for (const [key, value] of Object.entries(object)) {
    const name = depth === 0 ? key : `${prefix}.${key}`;
    if (isObject(value) && Object.keys(value).length > 0) collect(name, depth + 1, value, into);
    else {
      const own = into.get(name) ?? [];
      into.set(name, own);
      own.push({ depth, value });
    }
  }
}

function joined(spellings: readonly Spelling[]): AttributeValue {
  const [first] = spellings;
  if (first === undefined) return null;
  if (spellings.length === 1) return first.value;
  const distinct = new Map<string, AttributeValue>();
  for (const { value } of spellings.toSorted((a, b) => a.depth - b.depth))
    for (const one of elementsOf(value)) distinct.set(jsonText(one), one);
  const values = [...distinct.values()];
  const [only = null] = values;
  return values.length === 1 && !spellings.some(({ value }) => Array.isArray(value))
    ? only
    : values;
}

function elementsOf(value: AttributeValue): readonly AttributeValue[] {
  return Array.isArray(value) ? (value as readonly AttributeValue[]) : [value];
}
