/** `argus export` against answers that end in every way an answer may. */
import { expect, test } from "vitest";
import { recordedWorld } from "../../../test/support/cli-world.ts";
import { run } from "../run.ts";
import { exportedLines } from "./export-lines.ts";

const ENTRIES = ['{"message":"one"}\n', '{"message":"twö 😀"}\n', '{"message":"complete"}\n'];

function endLine(end: object): string {
  return `${JSON.stringify({ complete: true, entries: 3, partial_reason: "", skipped: [], next_cursor: "", ...end })}\n`;
}

/** Runs the command; each answer is the whole text of one, or an error of the connection. */
async function exported(answers: readonly (string | TypeError)[], args: readonly string[] = []) {
  const asked: URLSearchParams[] = [];
  const { world, printed } = recordedWorld({
    env: { ARGUS_API_KEY: "argus_abc_def" },
    noteIsTerminal: true,
    fetch: async (_url, init) => {
      asked.push(new URLSearchParams(init?.body as URLSearchParams));
      const answer = answers[asked.length - 1] ?? new TypeError("nobody there");
      if (typeof answer !== "string") throw answer;
      return new Response(answer);
    },
  });
  const code = await run(world, ["export", ...args], "0");
  return { code, ...printed, asked };
}

test("a complete export is its entries, and 0", async () => {
  const ran = await exported([ENTRIES.join("") + endLine({})], ["level:error", "--since", "1h"]);
  expect(ran).toMatchObject({ code: 0, out: ENTRIES.join(""), note: "\r3 entries\n" });
  expect(Object.fromEntries(ran.asked[0] ?? [])).toMatchObject({
    query: "level:error",
    start_time: "2026-11-24T14:00:00Z",
  });
});

test("an export that is partial for good ends with 1 and says why", async () => {
  const reason = "segment 7 is damaged: its checksum does not match";
  const end = endLine({ complete: false, partial_reason: reason, skipped: [reason] });
  const { code, out, note } = await exported([ENTRIES.join("") + end]);
  expect([code, out]).toEqual([1, ENTRIES.join("")]);
  expect(note).toContain(`The export is partial: ${reason}. 3 entries written.`);
});

test("an export that stopped goes on behind its last entry", async () => {
  const stop = { complete: false, partial_reason: "the server is stopping", next_cursor: "5.b.0" };
  const { code, out, asked } = await exported([
    ENTRIES.slice(0, 2).join("") + endLine(stop),
    ENTRIES.slice(2).join("") + endLine({}),
  ]);
  expect([code, out]).toEqual([0, ENTRIES.join("")]);
  expect(asked.map((form) => form.get("cursor"))).toEqual([null, "5.b.0"]);
});

test("what was skipped before an export stopped is not forgotten when it goes on", async () => {
  const skipped = ["segment 7 is damaged"];
  const stop = { complete: false, partial_reason: "both", skipped, next_cursor: "5.b.0" };
  const { code, out, note } = await exported([
    ENTRIES.slice(0, 2).join("") + endLine(stop),
    ENTRIES.slice(2).join("") + endLine({}),
  ]);
  expect([code, out]).toEqual([1, ENTRIES.join("")]);
  expect(note).toContain("The export is partial: segment 7 is damaged. 3 entries written.");
});

test.each([
  {
    name: "one that stops again without an entry",
    second: endLine({
      complete: false,
      partial_reason: "the server is stopping",
      next_cursor: "5",
    }),
    says: "the server is stopping",
  },
  {
    name: "one whose server is gone",
    second: new TypeError("fetch failed"),
    says: "cannot be reached any more",
  },
])("$name ends with 1", async ({ second, says }) => {
  const stop = endLine({ complete: false, partial_reason: "stopped", next_cursor: "5.b.0" });
  const { code, out, note } = await exported([ENTRIES.join("") + stop, second]);
  expect([code, out]).toEqual([1, ENTRIES.join("")]);
  expect(note).toContain(`${says}. 3 entries written.`);
});

test.each(["", ENTRIES.join(""), `${ENTRIES.join("")}{"message":"half`])(
  "an answer that was cut off is no complete one: %j",
  async (answer) => {
    const { code, out, note } = await exported([answer]);
    expect(code).toBe(1);
    expect(out).toBe(answer === "" ? "" : ENTRIES.join(""));
    expect(note).toContain("the answer was cut off");
  },
);

test("lines are passed on whole wherever the stream is cut into chunks", async () => {
  const bytes = Buffer.from(ENTRIES.join("") + endLine({}));
  for (let size = 1; size < bytes.length; size++) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const given: string[] = [];
    let count = 0;
    const end = await exportedLines(streamOf(chunks), (lines, n) => {
      given.push(lines);
      count += n;
    });
    expect([given.join(""), count, end?.complete]).toEqual([ENTRIES.join(""), 3, true]);
    expect(given.every((lines) => lines.endsWith("\n"))).toBe(true);
  }
});

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
