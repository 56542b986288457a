/**
 * The bounds a caller can meet, in words. Invariant: exhaustive by type; the figures are the ones that are enforced.
 */
import { LIMITS, QUERY_BUDGET } from "../../domain/limits.ts";

const LIMIT_TEXTS: Readonly<Record<keyof typeof LIMITS, string>> = {
  messageBytes: "Bytes of an entry's message; what is longer is cut and named in `truncated`.",
  attributeValueBytes:
    "Bytes of an attribute's value; what is longer is cut and named in `truncated`.",
  attributeNameBytes: "Bytes of an attribute's name; a longer one is cut and named in `truncated`.",
  attributesPerEntry:
    "Attributes of an entry; what is left out is told by `attributes` in `truncated`.",
  attributeDepth: "Levels of nested attributes; what lies deeper is kept as its JSON text.",
  bodyBytes: "Bytes of a request's body as sent.",
  inflatedBytes: "Bytes of a request's body after its Content-Encoding is undone.",
  messageOfRpcBytes: "Bytes of the body of an RPC other than SendLogs.",
  entriesPerBatch: "Entries of a batch.",
  bucketsPerBatch: "Hours of event time in a batch; of more, those with most entries are kept.",
  bucketsLookedAt: "Hours of event time in a batch beyond which all of it is refused.",
  jsonDepth: "Levels of nesting of a JSON body.",
  valuesPerBody: "Values in a body: attributes, and elements of lists.",
  namesPerBatch: "Different attribute names in a batch.",
  repeatedBytesPerBatch: "Bytes that the entries of a batch repeat of its defaults and names.",
  queryBytes: "Bytes of a query.",
  futureMs:
    "Milliseconds that an entry may be ahead of its batch's time; beyond, it gets the batch's time.",
  futureBucketMs: "Milliseconds that an entry's hour may begin from now; later ones are refused.",
};

const BUDGET_TEXTS: Readonly<Record<keyof typeof QUERY_BUDGET, string>> = {
  timeMs: "Milliseconds a query may take before it answers with what it has.",
  bytes: "Bytes of decompressed blocks a query may read.",
  memoryBytes: "Bytes of memory a query's answer may take while it is made.",
  running: "Queries that run at one time.",
  waiting: "Queries that may wait for their turn.",
  waitMs: "Milliseconds a query waits for its turn.",
};

export interface LimitFacts {
  readonly value: number;
  readonly description: string;
}

/** By the name in the code; those of a query with `query.` before it. */
export function limitFacts(): Readonly<Record<string, LimitFacts>> {
  return Object.fromEntries([
    ...factsOf(LIMITS, LIMIT_TEXTS, ""),
    ...factsOf(QUERY_BUDGET, BUDGET_TEXTS, "query."),
  ]);
}

function factsOf<K extends string>(
  values: Readonly<Record<K, number>>,
  texts: Readonly<Record<K, string>>,
  prefix: string,
): [string, LimitFacts][] {
  const names = Object.keys(values) as K[];
  return names.map((name) => [
    `${prefix}${name}`,
    { value: values[name], description: texts[name] },
  ]);
}
