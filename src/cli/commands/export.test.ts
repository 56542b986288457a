/** `argus export` against answers that end in every way an answer may. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordedWorld } from "../../../test/support/cli-world.ts";
import { tempFolder } from "../../../test/support/temp-folder.ts";
import { until } from "../../../test/support/until.ts";
import type { World } from "../command.ts";
import { run } from "../run.ts";
import { readExport } from "../../client/export-answer.ts";

const ENTRIES = ['{"message":"one"}\n', '{"message":"twö 😀"}\n', '{"message":"complete"}\n'];

function endLine(end: object): string {
  return `${JSON.stringify({ complete: true, entries: 3, partial_reason: "", skipped: [], next_cursor: "", approximate: [], ...end })}\n`;
}

/** Runs the command; each answer is the whole text of one, or an error of the connection. */
async function exported(
  answers: readonly (string | TypeError | ReadableStream)[],
  args: readonly string[] = [],
  over: Partial<World> = {},
) {
  const asked: URLSearchParams[] = [];
  const { world, printed } = recordedWorld({
    env: { ARGUS_API_KEY: "argus_abc_def" },
    noteIsTerminal: true,
    sleep: () => Promise.resolve(),
    fetch: async (_url, init) => {
      asked.push(new URLSearchParams(init?.body as URLSearchParams));
      const answer = answers[asked.length - 1] ?? new TypeError("nobody there");
      if (answer instanceof TypeError) throw answer;
      return new Response(answer);
    },
    ...over,
  });
  const code = await run(world, ["export", ...args], "0");
  return { code, ...printed, asked };
}

test("a complete export is its entries, and 0", async () => {
  const ran = await exported([ENTRIES.join("") + endLine({})], ["level:error", "--since", "1h"]);
  expect(ran).toMatchObject({ code: 0, out: ENTRIES.join(""), note: "\r3 rows\n" });
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
  expect(note).toContain(`The export is partial: ${reason}. 3 rows written.`);
});

test("an export that stopped goes on behind its last entry", async () => {
  const stop = { complete: false, partial_reason: "the server is stopping", next_cursor: "5.b.0" };
  const { code, out, asked } = await exported([
    ENTRIES.slice(0, 2).join("") + endLine(stop),
    ENTRIES.slice(2).join("") + endLine({}),
  ]);
  expect([code, out]).toEqual([0, ENTRIES.join("")]);
  expect(asked.map((form) => form.get("cursor"))).toEqual(["", "5.b.0"]);
});

test("what was skipped before an export stopped is not forgotten when it goes on", async () => {
  const skipped = ["segment 7 is damaged"];
  const stop = { complete: false, partial_reason: "both", skipped, next_cursor: "5.b.0" };
  const { code, out, note } = await exported([
    ENTRIES.slice(0, 2).join("") + endLine(stop),
    ENTRIES.slice(2).join("") + endLine({}),
  ]);
  expect([code, out]).toEqual([1, ENTRIES.join("")]);
  expect(note).toContain("The export is partial: segment 7 is damaged. 3 rows written.");
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
  expect(note).toContain(`${says}. 3 rows written.`);
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

const RECORDS = 'a,b\r\n1,"two\nlines"\r\n"say ""#""",\'# x\r\n';
const RECORDS_END =
  '"# {""complete"":true,""entries"":2,""partial_reason"":"""",""skipped"":[],""next_cursor"":"""",""approximate"":[]}",\r\n';

test.each([
  { format: "ndjson" as const, rows: ENTRIES.join(""), beats: '   {"a":1}\n', end: endLine({}) },
  { format: "csv" as const, rows: RECORDS, beats: "", end: RECORDS_END },
])("$format is passed on whole wherever the stream is cut into chunks", async (form) => {
  const wanted = form.rows + form.beats.trimStart();
  for (const end of [form.end, ""]) {
    const bytes = Buffer.from(form.rows + form.beats + (form.beats === "" ? "" : "  ") + end);
    for (let size = 1; size < bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      let given = "";
      let rows = 0;
      const found = await readExport(
        streamOf(chunks),
        { format: form.format, header: form.format === "csv" },
        async (passed) => {
          given += Buffer.from(passed.bytes).toString();
          expect(given.endsWith("\n")).toBe(true);
          rows += passed.rows;
          await Promise.resolve();
        },
      );
      expect([given, rows, found?.complete]).toEqual([
        wanted,
        form.format === "csv" ? 2 : 4,
        end === "" ? undefined : true,
      ]);
    }
  }
});

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

test("format, fields and a place to begin are asked for", async () => {
  const args = ["--format", "csv", "--fields", "a, b as c", "--after", "5.b.0", "x"];
  const { code, out, asked } = await exported([RECORDS + RECORDS_END], args);
  expect([code, out]).toEqual([0, RECORDS]);
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    format: "csv",
    fields: "a, b as c",
    cursor: "5.b.0",
    query: "x",
  });
  const { code: refused, note } = await exported([], ["--format", "xml"]);
  expect([refused, note]).toEqual([2, expect.stringContaining("ndjson or csv") as unknown]);
});

const ID = "1795528800000000000.019a0000-0000-7000-8000-000000000001.0";

test("entries that were cut off go on behind the last one that came", async () => {
  const cut = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(`${ENTRIES[0]}{"message":"two","id":"${ID}"}\n{"mess`));
    },
    pull(controller) {
      controller.error(new TypeError("terminated"));
    },
  });
  const { code, out, asked } = await exported([cut, new TypeError("restarting"), endLine({})]);
  expect([code, out]).toEqual([0, `${ENTRIES[0]}{"message":"two","id":"${ID}"}\n`]);
  expect(asked.map((form) => form.get("cursor"))).toEqual(["", ID, ID]);
});

test("an export that cannot go on tells how to", async () => {
  const stop = { complete: false, partial_reason: "the store does not answer", next_cursor: ID };
  const { code, note } = await exported([ENTRIES.join("") + endLine(stop)]);
  expect(code).toBe(1);
  expect(note).toContain(`--after ${ID}`);
});

test("a file is there when it is whole, and what there is lies beside it until then", async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, "out.ndjson");
  const partial = await exported([ENTRIES.join("")], ["--output", file]);
  expect([partial.code, partial.out]).toEqual([1, ""]);
  expect(partial.note).toContain(`${file}.partial`);
  expect(await readdir(folder.path)).toEqual(["out.ndjson.partial"]);
  expect(await readFile(`${file}.partial`, "utf8")).toBe(ENTRIES.join(""));
  const whole = await exported([ENTRIES.join("") + endLine({})], ["--output", file]);
  expect([whole.code, whole.out]).toEqual([0, ""]);
  expect(await readdir(folder.path)).toEqual(["out.ndjson"]);
  expect(await readFile(file, "utf8")).toBe(ENTRIES.join(""));
  const nowhere = await exported([endLine({})], ["--output", join(folder.path, "no", "x")]);
  expect([nowhere.code, nowhere.asked]).toEqual([1, []]);
  expect(nowhere.note).toContain("cannot be written");
});

test("no more is read while stdout has no room", async () => {
  const room = Promise.withResolvers<void>();
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(Buffer.from(pulled > 50 ? endLine({}) : ENTRIES.join("")));
      if (pulled > 50) controller.close();
    },
  });
  let waits = 0;
  const outDrained = (): Promise<void> => {
    waits++;
    return room.promise;
  };
  const running = exported([body], [], { outDrained });
  await until("it waits", () => waits === 1);
  expect(pulled).toBeLessThan(5);
  room.resolve();
  expect(await running).toMatchObject({ code: 0, out: ENTRIES.join("").repeat(50) });
});

test("a bug while writing is no broken connection", async () => {
  const bug = new TypeError("a bug");
  const ran = exported([ENTRIES.join("") + endLine({})], [], {
    outDrained: () => Promise.reject(bug),
  });
  expect(await ran).toMatchObject({ code: 1, note: expect.stringContaining("a bug") as unknown });
});

test("a fault of the fields is not shown at a place of the query", async () => {
  const meta = { code: "missing_name", start: "0", end: "4", expected: "a field name" };
  const error = {
    kind: "invalid",
    message: "fields: A field name is not empty",
    field: "fields",
    ...meta,
  };
  const { code, note } = await exported([], ["--fields", ",", "level:error"], {
    fetch: () => Promise.resolve(new Response(JSON.stringify({ error }), { status: 400 })),
  });
  expect([code, note]).toEqual([1, expect.stringContaining("fields: A field name") as unknown]);
  expect(note).not.toContain("^");
});
