/** JSON of values, as all answers have it. */
import type { AttributeValue } from "../../domain/entry.ts";

/** An integer beyond ±2^53 and a number that JSON has not are texts, as in all answers. */
export function valueJson(value: AttributeValue): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      return numberJson(value);
    case "bigint":
      return `"${value}"`;
    default:
      break;
  }
  if (value === null) return "null";
  if (Array.isArray(value))
    return `[${(value as readonly AttributeValue[]).map(valueJson).join(",")}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${valueJson(member as AttributeValue)}`,
  );
  return `{${members.join(",")}}`;
}

export function numberJson(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}
