/**
 * Says what may be completed at a cursor.
 * Invariant: looks at the text before the cursor only and never fails; a query that does not parse is
 * the usual case here. What the page then offers is not this file's business.
 * What is offered: docs/language.md, section 11.
 */

import { completeFilter } from "./complete-filter.ts";
import { completePipes } from "./complete-pipes.ts";
import type { Completion } from "./completion.ts";

/** @param cursor UTF-16 units; beyond the text it is the end. */
export function complete(text: string, cursor: number): Completion {
  const scan = { text: text.slice(0, Math.max(0, cursor)), at: 0 };
  return completeFilter(scan) ?? completePipes(scan);
}
