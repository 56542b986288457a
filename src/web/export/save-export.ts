/**
 * Streams an export into a file, and goes on where it was cut off.
 * Invariants: no more than a chunk of it is in memory; the file holds whole rows and nothing else; `complete` is said
 * only when the server said so and as many rows came as it counted.
 */
import { errorOfEndpoint } from "../../client/answer.ts";
import { type SharedExport, exportForm } from "../../client/shell-commands.ts";
import { wholeExport } from "../../client/whole-export.ts";
import { watchedFetch } from "../connection.ts";
import { pause } from "../follow.ts";
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
  let rows = 0;
  let bytes = 0;
  const { reason, told } = await wholeExport({
    format: asked.format,
    cursor: "",
    signal: stopped,
    sleep: pause,
    ask: (cursor) => ask("export", asked, stopped, cursor),
    pass: async (passed) => {
      stopped.throwIfAborted();
      // Of a view its own bytes alone: a copy that the file may keep.
      await file.write(passed.bytes.slice());
      rows += passed.rows;
      bytes += passed.bytes.length;
      onProgress({ rows, bytes });
    },
  });
  const problem =
    reason === "" && told !== rows
      ? `the server sent ${told.toLocaleString()} rows, and ${rows.toLocaleString()} came`
      : reason;
  return { rows, bytes, problem };
}

/** @returns a link that gives the export once, within half a minute: the browser saves it by itself. */
export async function ticketLink(asked: SharedExport, stopped: AbortSignal): Promise<string> {
  const answer = await ask("export/ticket", asked, stopped);
  if (!answer.ok) throw await errorOfEndpoint(answer);
  const { ticket } = (await answer.json()) as { ticket: string };
  return `${base}/api/v1/export?${new URLSearchParams({ ticket })}`;
}

async function ask(
  path: string,
  asked: SharedExport,
  signal: AbortSignal,
  cursor = "",
): Promise<Response> {
  const body = exportForm(asked);
  if (cursor !== "") body.set("cursor", cursor);
  const call = async (token: string): Promise<Response> =>
    watchedFetch(`${base}/api/v1/${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body,
      signal,
    });
  const token = await accessToken();
  const answer = await call(token);
  return answer.status === 401 ? call(await accessToken(token)) : answer;
}
