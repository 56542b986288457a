import fc from "fast-check";
import { expect, test } from "vitest";
import { inputOf } from "../../test/support/cli-world.ts";
import { beginningOf, recordLines } from "./json-records.ts";

async function textOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of input) parts.push(part);
  return Buffer.concat(parts).toString();
}

const linesOf = async (...pieces: string[]): Promise<string[]> =>
  (await textOf(recordLines(inputOf(...pieces)))).split("\n").filter((line) => line.trim() !== "");

test("records of an array, or over several lines, come out a line each, however the bytes arrive", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), { maxLength: 8 }),
      fc.constantFrom(0, 2),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      async (records, indent, isArray, size) => {
        const text = isArray
          ? JSON.stringify(records, undefined, indent)
          : records.map((record) => JSON.stringify(record, undefined, indent)).join("\n");
        const lines = await linesOf(...(text.match(new RegExp(`[^]{1,${size}}`, "gu")) ?? []));
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
          JSON.parse(JSON.stringify(records)),
        );
      },
    ),
  ));

test("an array that ends too early, or too late, gives what there is", async () => {
  expect(await linesOf('[{"a":1},{"a":2')).toEqual(['{"a":1}', '{"a":2']);
  expect(await linesOf('[{"a":1}]\n[{"a":2}]')).toEqual(['{"a":1}', '{"a":2}']);
});

test("the beginning is there again in the whole", async () => {
  const { first, whole } = await beginningOf(inputOf("\n", "on", "e\ntwo\n", "three"));
  expect(new TextDecoder().decode(first)).toBe("\none\ntwo\n");
  expect(await textOf(whole)).toBe("\none\ntwo\nthree");
});
