/** The examples of docs/language.md, asked of a server that holds that page's entries: each finds what the page says. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseQuery } from "../../src/query/parse.ts";
import { printQuery } from "../../src/query/print.ts";
import { type ApiAnswer, ndjson, rpc } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";

interface Answer {
  readonly entries: readonly { readonly message: string }[];
  readonly table: {
    readonly columns: readonly { readonly name: string }[];
    readonly rows: readonly (readonly unknown[])[];
  } | null;
  readonly warnings: readonly { readonly message: string; readonly fixes: readonly string[] }[];
}

const NOTHING = "–";
const page = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");
const fenced = (kind: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, "gms"))].map((m) => m[1] ?? "");
const rowsAfter = (head: string): [string, string, string][] =>
  page
    .split(`\n${head}\n`)
    .slice(1)
    .flatMap((rest) => /^(?:\|.*\n)+/.exec(rest)?.[0].trim().split("\n").slice(1) ?? [])
    .map((line) => {
      const cells = line.slice(1, -1).split(/(?<!\\)\|/);
      const [query = "", second = "", third = ""] = cells.map((cell) =>
        cell.trim().replaceAll("\\|", "|"),
      );
      return [query.slice(1, -1), second, third];
    });

const lines = (fenced("ndjson")[0] ?? "").trim().split("\n");
const filters = rowsAfter("| query | finds | |");
const faults = rowsAfter("| query | is told | fix |");
const forms = rowsAfter("| query | is printed as |");
const tables = fenced("query").map((text) => {
  const [query = "", ...rows] = text.trim().split("\n");
  return [query, rows.map((row) => row.split(/ {2,}/))] as const;
});

test.each(forms)("%s is printed as %s", (query, cell) => {
  const context = { nowNanos: 0n, timeZone: "UTC" };
  const printed = (text: string): string => {
    const result = parseQuery(text, context);
    return result.ok ? printQuery(result.query) : result.error.message;
  };
  const form = cell.slice(1, -1);
  expect([printed(query), printed(form)]).toEqual([form, form]);
});

let argus: ArgusProcess;
let key = "";

beforeAll(async () => {
  argus = await startArgus();
  key = (await makeApplication(argus.url, "language")).secret;
  const { body } = await ndjson(argus.url, lines.join("\n"), { token: key });
  expect(body).toMatchObject({ accepted: 8 });
});
afterAll(() => argus[Symbol.asyncDispose]());

const ask = (query: string): Promise<ApiAnswer> =>
  rpc(argus.url, "LogService/Query", { query, start_time: "1970-01-01T00:00:00Z" }, { token: key });

async function answer(query: string): Promise<Answer> {
  const { status, body } = await ask(query);
  expect([status, body], query).toEqual([200, expect.anything()]);
  return body as unknown as Answer;
}

test("the page has examples of all kinds", () => {
  expect([
    lines.length,
    filters.length > 40,
    tables.length > 8,
    faults.length,
    forms.length,
  ]).toEqual([8, true, true, 8, 10]);
});

test.each(filters)("%s finds %s", async (query, finds) => {
  const { entries, warnings } = await answer(query);
  const numbers = entries.map(
    ({ message }) =>
      1 + lines.findIndex((line) => (JSON.parse(line) as { message: string }).message === message),
  );
  expect(numbers.toReversed().join(" ") || NOTHING).toBe(finds);
  expect(warnings).toEqual([]);
});

test.each(tables)("%s answers its table", async (query, rows) => {
  const { table } = await answer(query);
  const cell = (value: unknown): string =>
    value === null ? NOTHING : typeof value === "string" ? value : JSON.stringify(value);
  expect([
    table?.columns.map(({ name }) => name),
    ...(table?.rows ?? []).map((row) => row.map(cell)),
  ]).toEqual(rows);
});

test.each(faults)("%s is told %s", async (query, told, fix) => {
  const { status, body } = await ask(query);
  const [said, fixed] =
    status === 200
      ? ((body as unknown as Answer).warnings.map(({ message, fixes }) => [message, fixes[0]])[0] ??
        [])
      : [body["msg"], (body["meta"] as Record<string, string>)["fix_1"]];
  if (told !== NOTHING) expect(said).toContain(told);
  expect(fixed).toBe(fix.slice(1, -1));
});
