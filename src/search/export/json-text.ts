/** JSON of values, as all answers have it. */
import type { AttributeValue } from "../../domain/entry.ts";
import type { LineBytes } from "./line-bytes.ts";

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

const DOT = 0x2e;
/** Decimals with three digits behind the point, whose texts are put together below it. */
const MAX_DECIMAL = 1e6;

/** The same, written: most are small whole numbers or decimals of few digits, and need no text. */
export function writeNumber(out: LineBytes, value: number): void {
  if (value >= 0 && value < 1e9 && Number.isInteger(value)) {
    out.digits(value);
    return;
  }
  const thousandths = Math.round(value * 1000);
  // The double that is nearest to so short a decimal has that decimal as its text.
  if (value <= 0 || value >= MAX_DECIMAL || thousandths / 1000 !== value) {
    out.ascii(numberJson(value));
    return;
  }
  const whole = Math.floor(thousandths / 1000);
  const rest = thousandths - whole * 1000;
  out.digits(whole);
  out.put(DOT);
  out.triple(rest);
  // Without zeros at the end.
  if (rest % 100 === 0) out.cut(out.length - 2);
  else if (rest % 10 === 0) out.cut(out.length - 1);
}
