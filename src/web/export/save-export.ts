/**
 * Streams an export into a file.
 * Invariants: no more than a chunk of it is in memory; the file holds whole rows and nothing else; `complete` is said
 * only when the server said so and as many rows came as it counted.
 */
import { errorOfEndpoint } from "../../client/answer.ts";
import { type ExportEnd, readExport } from "../../client/export-answer.ts";
import { type SharedExport, exportForm } from "../../client/shell-commands.ts";
import { watchedFetch } from "../connection.ts";
import { base } from "../paths.ts";
import { accessToken } from "../session.ts";

export interface Saved {
  readonly rows: number;
  readonly bytes: number;
}

export interface Outcome extends Saved {
  /** "" when the file holds all there is. */
  readonly problem: string;
}

/** @returns what became of it; throws when it could not begin, or `stopped` aborted. */
export async function saveExport(
  asked: SharedExport,
  file: Pick<FileSystemWritableFileStream, "write">,
  onProgress: (saved: Saved) => void,
  stopped: AbortSignal,
): Promise<Outcome> {
  const answer = await ask("export", asked, stopped);
  let rows = 0;
  let bytes = 0;
  const end = await readExport(
    chunksOf(answer),
    { format: asked.format, header: asked.format === "csv" },
    async (passed) => {
      stopped.throwIfAborted();
      // Of a view its own bytes alone: a copy that the file may keep.
      await file.write(passed.bytes.slice());
      rows += passed.rows;
      bytes += passed.bytes.length;
      onProgress({ rows, bytes });
    },
  );
  stopped.throwIfAborted();
  return { rows, bytes, problem: problemOf(end, rows) };
}

/** @returns a link that gives the export once, within half a minute: the browser saves it by itself. */
export async function ticketLink(asked: SharedExport, stopped: AbortSignal): Promise<string> {
  const answer = await ask("export/ticket", asked, stopped);
  const { ticket } = (await answer.json()) as { ticket: string };
  return `${base}/api/v1/export?${new URLSearchParams({ ticket })}`;
}

async function ask(path: string, asked: SharedExport, signal: AbortSignal): Promise<Response> {
  const call = async (token: string): Promise<Response> =>
    watchedFetch(`${base}/api/v1/${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: exportForm(asked),
      signal,
    });
  const token = await accessToken();
  let answer = await call(token);
  if (answer.status === 401) answer = await call(await accessToken(token));
  if (!answer.ok) throw await errorOfEndpoint(answer);
  return answer;
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function problemOf(end: ExportEnd | undefined, rows: number): string {
  if (end === undefined) return "the connection broke before the end";
  if (!end.complete) return end.partial_reason;
  if (end.entries !== rows)
    return `the server sent ${end.entries.toLocaleString()} rows, and ${rows.toLocaleString()} came`;
  return "";
}
