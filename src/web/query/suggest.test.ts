import { expect, test } from "vitest";
import { completionAt, type Known, suggestionsFor } from "./suggest.ts";

const known: Known = {
  fields: [
    { name: "service", type: "string", share: 1 },
    { name: "status", type: "number", share: 0.96 },
    { name: "http.status", type: "number", share: 0.04 },
    { name: "user name", type: "string", share: 0.1 },
  ],
  values: [
    { value: "web", count: 12 },
    { value: "order intake", count: 3 },
  ],
};

/** `‸` is the cursor, before and after. */
const taken = (typed: string): readonly string[] => {
  const cursor = typed.indexOf("‸");
  const text = typed.replace("‸", "");
  return suggestionsFor(text, cursor, completionAt(text, cursor), known).map(
    (one) => `${one.text.slice(0, one.cursor)}‸${one.text.slice(one.cursor)}`,
  );
};

test.each([
  { typed: "‸", want: [] },
  { typed: "sta‸", want: ["status:‸", "http.status:‸"] },
  { typed: "a -ser‸ b", want: ["a -service:‸ b"] },
  { typed: "use‸", want: ['"user name":‸'] },
  { typed: "sta‸tus:500", want: ["status:‸500", "http.status:‸500"] },
  { typed: "service:‸", want: ["service:web ‸", 'service:"order intake" ‸'] },
  { typed: 'service:"or‸', want: ['service:"order intake"‸'] },
  { typed: "level:e‸", want: ["level:error ‸", "level:debug ‸", "level:trace ‸"] },
  { typed: "x | sta‸", want: ["x | stats ‸"] },
  { typed: "| stats co‸", want: ["| stats count()‸", "| stats count_if(‸)"] },
  {
    typed: "| stats count() by st‸",
    want: ["| stats count() by status‸", "| stats count() by http.status‸"],
  },
  { typed: "| stats count() b‸", want: ["| stats count() by ‸"] },
  {
    typed: "| timechart 1‸",
    want: ["| timechart 1m ‸", "| timechart 1h ‸", "| timechart 1d ‸", "| timechart 15m ‸"],
  },
])("$typed", ({ typed, want }) => {
  expect(taken(typed)).toEqual(expect.arrayContaining(want));
  expect(taken(typed).length).toBeLessThanOrEqual(Math.max(want.length, 4));
});
