/**
 * What the page knows of the language, as one part that is loaded later: `language-later.ts` stands in for it.
 */
export { complete } from "../../query/complete.ts";
export { highlight } from "../../query/highlight.ts";
export { parseQuery } from "../../query/parse.ts";
export { printQuery } from "../../query/print.ts";
export { asksFor, completionAt, suggestionsFor } from "./suggest.ts";
