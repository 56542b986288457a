/** The judge of memory is judged: what levels off passes, what leaks does not. */
import { expect, test } from "vitest";
import { memoryProblem } from "./memory.ts";

/** As measured over half a million requests of a server that is well. */
const WELL = [
  350, 441, 455, 418, 449, 447, 443, 499, 511, 510, 500, 470, 501, 523, 487, 505, 511, 559, 559,
  517, 522, 504, 516, 551, 512,
];
const rounds = (count: number, of: (n: number) => number): number[] =>
  Array.from({ length: count }, (_, n) => of(n));

test.each([
  { name: "a short run", residentMiB: WELL.slice(0, 3) },
  { name: "half a million", residentMiB: WELL },
  {
    name: "ten million that level off",
    residentMiB: [...WELL, ...rounds(475, (n) => 500 + (n % 90))],
  },
])("$name passes", ({ residentMiB }) => {
  expect(memoryProblem(residentMiB)).toBeUndefined();
});

test.each([
  { name: "20 bytes a request", residentMiB: rounds(500, (n) => 480 + (n % 60) + n * 0.4) },
  { name: "much at once", residentMiB: [...WELL, 1_300] },
  { name: "a step behind the warming", residentMiB: [...WELL, ...rounds(40, () => 700)] },
  { name: "a short run that grows", residentMiB: [350, 500, 650] },
])("$name is told of", ({ residentMiB }) => {
  expect(memoryProblem(residentMiB)).toMatch(/MiB/);
});
