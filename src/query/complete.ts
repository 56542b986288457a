/**
 * Says what may be completed at a cursor.
 * Invariant: looks at the text before the cursor only and never fails; a query that does not parse is
 * the usual case here. What the page then offers is not this file's business.
 * Source: query language, section 9.
 */

import { completeFilter } from "./complete-filter.ts";
import { completePipes } from "./complete-pipes.ts";

export type CompletionKind =
  | "term"
  | "value"
  | "number"
  | "text"
  | "pipe"
  | "function"
  | "field"
  | "width"
  | "keyword"
  | "name"
  | "none";

/**
 * `from` is where `prefix`, the text up to the cursor, begins (UTF-16 units); the page replaces from
 * there to the end of the word. `field` is the name as written, with `@`, without quotes; `quoted`
 * says that the prefix stands in an open quote; `words` are the keywords that may follow.
 */
export type Completion = {
  readonly kind: CompletionKind;
  readonly from: number;
  readonly prefix: string;
  readonly field?: string;
  readonly quoted?: boolean;
  readonly words?: readonly string[];
};

/** @param cursor UTF-16 units; beyond the text it is the end. */
export function complete(text: string, cursor: number): Completion {
  const scan = { text: text.slice(0, Math.max(0, cursor)), at: 0 };
  return completeFilter(scan) ?? completePipes(scan);
}
