/**
 * What a page shows, as commands of a shell. Invariant: each works as it is pasted where ARGUS_API_KEY is set or somebody
 * has signed in, and asks for what the page shows: its times are fixed. Pure.
 */
import type { ExportFormat } from "./export-answer.ts";
import { argusCommand } from "./send-examples.ts";

/** What is asked of which server. */
export interface SharedQuery {
  /** Address of the server, without a slash at the end. */
  readonly url: string;
  readonly app: string;
  readonly applicationId: string;
  readonly query: string;
  /** RFC 3339; the end is excluded. */
  readonly start: string;
  readonly end: string;
  readonly zone: string;
  readonly ascending: boolean;
}

export interface SharedExport extends SharedQuery {
  readonly format: ExportFormat;
  /** As the pipe `fields` takes them; "" for everything. */
  readonly fields: string;
}

/** As the endpoint takes it, as a form. */
export function exportForm(asked: SharedExport): URLSearchParams {
  const form = new URLSearchParams({
    application_id: asked.applicationId,
    query: asked.query,
    start_time: asked.start,
    end_time: asked.end,
    time_zone: asked.zone,
    format: asked.format,
  });
  if (asked.fields !== "") form.set("fields", asked.fields);
  if (asked.ascending) form.set("ascending", "true");
  return form;
}

export function exportCurl(asked: SharedExport): string {
  return lines([
    `curl -sS --fail-with-body ${quoted(`${asked.url}/api/v1/export`)}`,
    '-H "Authorization: Bearer $ARGUS_API_KEY"',
    ...Array.from(
      exportForm(asked),
      ([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`,
    ),
    `-o ${quoted(fileName(asked))}`,
  ]);
}

export function exportCommand(asked: SharedExport): string {
  const words = [
    "export",
    ...queryWords(asked),
    `--format ${asked.format}`,
    ...(asked.fields === "" ? [] : [`--fields ${quoted(asked.fields)}`]),
    ...(asked.ascending ? ["--ascending"] : []),
    `--output ${quoted(fileName(asked))}`,
  ];
  return argusCommand(words.join(" "), asked.url);
}

export function searchCurl(asked: SharedQuery): string {
  const body = {
    application_id: asked.applicationId,
    query: asked.query,
    start_time: asked.start,
    end_time: asked.end,
    time_zone: asked.zone,
    ...(asked.ascending ? { ascending: true } : {}),
  };
  return lines([
    `curl -sS --fail-with-body ${quoted(`${asked.url}/twirp/argus.v1.LogService/Query`)}`,
    '-H "Authorization: Bearer $ARGUS_API_KEY"',
    '-H "Content-Type: application/json"',
    `-d ${quoted(JSON.stringify(body))}`,
  ]);
}

export function searchCommand(asked: SharedQuery): string {
  return argusCommand(["search", ...queryWords(asked)].join(" "), asked.url);
}

/** `shop-2026-11-24T14-02-00Z.csv` */
export function fileName({ app, start, format }: SharedExport): string {
  return `${app}-${start.replaceAll(":", "-")}.${format}`;
}

function queryWords({ app, query, start, end }: SharedQuery): string[] {
  return [
    ...(query === "" ? [] : [quoted(query)]),
    `--app ${quoted(app)}`,
    `--since ${start}`,
    `--until ${end}`,
  ];
}

function lines(parts: readonly string[]): string {
  return parts.join(" \\\n  ");
}

/** One word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
