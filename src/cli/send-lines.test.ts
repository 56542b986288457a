import fc from "fast-check";
import { expect, test } from "vitest";
import { inputOf } from "../../test/support/cli-world.ts";
import { kindOfInput, lineBatches, type Sleep } from "./send-lines.ts";

/** Never idle: waits until it is stopped. */
const patient: Sleep = (_ms, signal) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
  });

test("batches hold every line once and in order, however the bytes arrive", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[a-zé ]{0,6}$/), { maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 5 }),
      async (lines, size, maxLines) => {
        const text = lines.join("\n");
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
        const got: string[] = [];
        for await (const batch of lineBatches(inputOf(...pieces), patient, maxLines)) {
          const own = new TextDecoder()
            .decode(batch.body)
            .split("\n")
            .filter((line) => line !== "");
          expect(own.length).toBe(batch.lines);
          expect(batch.lines).toBeLessThanOrEqual(maxLines);
          got.push(...own);
        }
        expect(got).toEqual(lines.filter((line) => line.trim() !== ""));
      },
    ),
  ));

test("lines that wait too long for others are sent", async () => {
  const gate = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("first\n");
    await gate.promise;
    yield new TextEncoder().encode("second\n");
  }
  const batches = lineBatches(slow(), () => Promise.resolve());
  const first = await batches.next();
  expect(first.done === true ? 0 : first.value.lines).toBe(1);
  gate.resolve();
  const second = await batches.next();
  expect(second.done === true ? 0 : second.value.lines).toBe(1);
});

test.each([
  { text: '{"a":1}\nrest', want: "ndjson" },
  { text: '\n{"a":1}\n{"a":2}', want: "ndjson" },
  { text: "{not json\n", want: "text" },
  { text: "2026-11-24 10:00:00 install", want: "text" },
  { text: "[1,2]", want: "text" },
  { text: '{\n  "a": 1\n}', want: "json" },
  { text: '[\n{"a":1}\n]', want: "json" },
  { text: '[{"a":1},{"a":2}]', want: "json" },
  { text: '[{"a":1},\n{"a":2}]', want: "json" },
  { text: `[{"a":"${"x".repeat(70_000)}`, want: "json" },
  { text: "[{main}] started", want: "text" },
  { text: "[{main}] started\nmore", want: "text" },
  { text: "[2026-11-24 10:00:00] install", want: "text" },
])("what begins as $text is $want", ({ text, want }) => {
  expect(kindOfInput(new TextEncoder().encode(text))).toBe(want);
});
