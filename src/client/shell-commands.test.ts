/** Commands of a shell that ask for what the page shows. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { exportCommand, exportCurl, searchCommand, searchCurl } from "./shell-commands.ts";

const asked = {
  url: "https://logs.example.org/argus",
  app: "shop",
  applicationId: "019a0000-0000-7000-8000-000000000001",
  query: `user:"o'brien $HOME" | stats count()`,
  start: "2026-11-24T13:00:00Z",
  end: "2026-11-24T14:00:00Z",
  zone: "Europe/Berlin",
  ascending: false,
  format: "csv",
  fields: 'time, "user name"',
} as const;

/** What a shell hands to the program that it is told to run. */
function wordsOf(command: string): string[] {
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; }; npx() { curl "$@"; }; ${command}`;
  const env = { ...process.env, ARGUS_API_KEY: "secret" };
  return execFileSync("sh", ["-c", script], { encoding: "utf8", env }).split("\0").slice(0, -1);
}

test("curl gets the form of an export, whatever stands in the query", () => {
  expect(wordsOf(exportCurl(asked))).toEqual([
    "-sS",
    "--fail-with-body",
    "https://logs.example.org/argus/api/v1/export",
    "-H",
    "Authorization: Bearer secret",
    ...[
      `application_id=${asked.applicationId}`,
      `query=${asked.query}`,
      "start_time=2026-11-24T13:00:00Z",
      "end_time=2026-11-24T14:00:00Z",
      "time_zone=Europe/Berlin",
      "format=csv",
      `fields=${asked.fields}`,
    ].flatMap((value) => ["--data-urlencode", value]),
    "-o",
    "shop-2026-11-24T13-00-00Z.csv",
  ]);
});

test("the command line gets the same", () => {
  expect(wordsOf(exportCommand({ ...asked, ascending: true }))).toEqual([
    "argus",
    "export",
    asked.query,
    "--app",
    "shop",
    "--since",
    "2026-11-24T13:00:00Z",
    "--until",
    "2026-11-24T14:00:00Z",
    "--format",
    "csv",
    "--fields",
    asked.fields,
    "--ascending",
    "--output",
    "shop-2026-11-24T13-00-00Z.csv",
  ]);
  expect(wordsOf(searchCommand({ ...asked, query: "" })).slice(0, 3)).toEqual([
    "argus",
    "search",
    "--app",
  ]);
});

test("a search is a call of the API", () => {
  const words = wordsOf(searchCurl(asked));
  expect(words).toContain("https://logs.example.org/argus/twirp/argus.v1.LogService/Query");
  expect(JSON.parse(words.at(-1) ?? "")).toMatchObject({
    query: asked.query,
    start_time: "2026-11-24T13:00:00Z",
  });
});
