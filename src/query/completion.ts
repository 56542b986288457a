/**
 * What may stand at a cursor, as data. See docs/language.md, section 11.
 */

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
