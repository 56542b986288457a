/**
 * Recognises a pasted LogQL selector and writes it as a filter.
 */

import { quote, stop } from "./problem.ts";

const MATCHER = String.raw`\s*([\w.]+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*`;
const SELECTOR = new RegExp(String.raw`^\{${MATCHER}(?:,${MATCHER})*\}`);
const LINE_FILTER = /^\s*(\|=|!=|\|~|!~)\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/;

/** Stops when `text` begins with `{name="value", …}`; the offset of the selector is `at`. */
export function refuseOtherLanguage(text: string, at: number): void {
  const [selector] = SELECTOR.exec(text.slice(at)) ?? [];
  if (selector === undefined) return;
  const terms: string[] = [];
  for (const [, name = "", op = "", value = ""] of selector.matchAll(new RegExp(MATCHER, "g"))) {
    const sign = op.startsWith("!") ? "-" : "";
    terms.push(`${sign}${name}:${op.endsWith("~") ? regex(value) : bareOrQuoted(value)}`);
  }
  let rest = text.slice(at + selector.length);
  for (let match = LINE_FILTER.exec(rest); match !== null; match = LINE_FILTER.exec(rest)) {
    const [whole, op = "", quoted, raw] = match;
    const value = quoted ?? raw ?? "";
    const sign = op.startsWith("!") ? "-" : "";
    terms.push(sign + (op.endsWith("~") ? regex(value) : `*${quote(value)}*`));
    rest = rest.slice(whole.length);
  }
  const message = "This looks like a LogQL selector: write the fields as filters";
  stop("other_language", [at, at + selector.length], "a filter", message, [
    `${terms.join(" ")}${rest}`.trim(),
    terms.join(" "),
  ]);
}

function regex(value: string): string {
  return `/${value.replaceAll("/", "\\/")}/`;
}

function bareOrQuoted(value: string): string {
  return /^\w[\w.-]*$/.test(value) ? value : quote(value);
}
