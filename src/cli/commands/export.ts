/**
 * `argus export`: everything that matches, to stdout or a file.
 * Invariant: exit code 0 means that the server said the export is complete; what was written are rows alone.
 */
import { errorOfEndpoint } from "../../client/answer.ts";
import { type Command, CommandError, UsageError, type World } from "../command.ts";
import { applicationId, connect, CONNECTION_FLAGS, CONNECTION_HELP } from "../connection.ts";
import { type ExportEnd, type ExportFormat, readExport } from "../../client/export-answer.ts";
import { type ExportOutput, openExportOutput } from "../export-output.ts";
import { type Progress, countedRows, progressOf } from "../export-progress.ts";
import { exactTime } from "../render/entry-line.ts";
import { oneLine } from "../render/terminal-text.ts";
import { nanosOfTimestamp, timeOption } from "../time-option.ts";

/** A server that restarts is back within them. */
const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];
const ENTRY_ID = /^\d{1,19}\.[\da-f-]{36}\.\d+$/;

export const exportCommand: Command = {
  name: "export",
  summary: "write everything that matches, without a cap",
  usage: [
    "[QUERY …] [--since 1h] [--until TIME] [--ascending] [--format ndjson|csv] [--fields LIST] [--output FILE] [--after ID]",
  ],
  examples: [
    "npx argus export 'level:error' --since 7d > errors.ndjson",
    "npx argus export service:web --format csv --fields 'time, level, message, status' --output web.csv",
    "npx argus export '| stats count() by service, level' --since 30d --format csv",
  ],
  flags: {
    ...CONNECTION_FLAGS,
    since: { type: "string" },
    until: { type: "string" },
    ascending: { type: "boolean" },
    format: { type: "string" },
    fields: { type: "string" },
    output: { type: "string" },
    after: { type: "string" },
  },
  help: {
    ...CONNECTION_HELP,
    since: "15m, 2h, a date or a time; 24 h before --until unless said",
    until: "likewise; now and later unless said",
    ascending: "oldest first; newest first unless said",
    format: "ndjson (default) or csv",
    fields: "names with commas between them, as in a query; all of each entry unless said",
    output: "the file to write, there when it is complete; stdout unless said",
    after: "the id or cursor that an export which stopped told: goes on behind it",
  },
  async run(world, args) {
    const { timeZone } = world;
    const times = {
      start_time: timeOption("since", args.text("since"), world.nowMs(), timeZone),
      end_time: timeOption("until", args.text("until"), world.nowMs(), timeZone),
    };
    const format = formatNamed(args.text("format") ?? "ndjson");
    const connection = await connect(world, args);
    const id = await applicationId(connection, args);
    const form = new URLSearchParams({
      query: args.rest.join(" "),
      time_zone: timeZone,
      format,
      fields: args.text("fields") ?? "",
      cursor: args.text("after") ?? "",
    });
    if (id !== "") form.set("application_id", id);
    for (const [name, time] of Object.entries(times))
      if (time !== undefined) form.set(name, exactTime(nanosOfTimestamp(time)));
    if (args.has("ascending")) form.set("ascending", "true");

    await using output = await openExportOutput(world, args.text("output"));
    const progress = progressOf(world);
    const exporting = { world, connection, form, format, output, progress };
    try {
      await wholeExport(exporting);
    } finally {
      progress.done();
    }
    await output.finish();
    return 0;
  },
};

function formatNamed(text: string): ExportFormat {
  if (text === "ndjson" || text === "csv") return text;
  throw new UsageError(`--format takes ndjson or csv, not ${JSON.stringify(text)}`);
}

interface Exporting {
  readonly world: World;
  readonly connection: Awaited<ReturnType<typeof connect>>;
  /** Its cursor is where the next answer goes on. */
  readonly form: URLSearchParams;
  readonly format: ExportFormat;
  readonly output: ExportOutput;
  readonly progress: Progress;
}

/** Answer after answer, each behind the last row of the one before. Throws CommandError when that is not all. */
async function wholeExport(exporting: Exporting): Promise<void> {
  const { form, progress, world } = exporting;
  const skipped = new Set<string>();
  for (;;) {
    const { bytes } = progress;
    const { end, lastId } = await oneAnswer(exporting);
    for (const reason of end?.skipped ?? []) skipped.add(reason);
    if (end?.complete === true && skipped.size === 0) {
      if (end.approximate.length > 0)
        world.note(`Estimates: ${end.approximate.map(oneLine).join(", ")}\n`);
      return;
    }
    // A session's token ends in the middle of a long export, a connection breaks: another answer goes on.
    const cursor = end === undefined ? lastId : end.next_cursor;
    if (cursor === "" || progress.bytes === bytes)
      throw partial(exporting, reasonOf(end, skipped), cursor);
    form.set("cursor", cursor);
  }
}

/** Of the whole export, whose last answer may be complete in itself. */
function reasonOf(end: ExportEnd | undefined, skipped: ReadonlySet<string>): string {
  if (end === undefined) return "the answer was cut off";
  return end.complete ? [...skipped].join("; ") : end.partial_reason;
}

/** @returns its last line, undefined when the answer was cut off before it; and the id of the last entry, if rows have one. */
async function oneAnswer(
  exporting: Exporting,
): Promise<{ end: ExportEnd | undefined; lastId: string }> {
  const { world, format, form, output, progress } = exporting;
  const response = await patiently(exporting);
  if (!response.ok || response.body === null) {
    const error = await errorOfEndpoint(response);
    if (progress.bytes === 0) throw error;
    throw partial(exporting, error.message, form.get("cursor") ?? "");
  }
  let lastRow: Uint8Array = new Uint8Array();
  const header = format === "csv" && form.get("cursor") === "";
  const end = await readExport(response.body, { format, header }, async ({ bytes, rows }) => {
    await output.write(bytes);
    lastRow = bytes;
    progress.add(bytes.length, rows);
  });
  world.signal.throwIfAborted();
  return { end, lastId: format === "ndjson" ? idIn(lastRow) : "" };
}

/** Of the last of some lines. */
function idIn(lines: Uint8Array): string {
  const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  const from = text.length > 1 ? text.lastIndexOf("\n", text.length - 2) + 1 : 0;
  if (text.length === 0) return "";
  const { id } = JSON.parse(text.subarray(from).toString()) as { id?: unknown };
  return typeof id === "string" && ENTRY_ID.test(id) ? id : "";
}

/** Once rows have come a server that is away for a moment is waited for. */
async function patiently(exporting: Exporting): Promise<Response> {
  const { world, progress } = exporting;
  const mayWait = progress.bytes > 0;
  for (const pauseMs of PAUSES_MS) {
    try {
      const response = await ask(exporting);
      if (!mayWait || (response.status !== 503 && response.status !== 429)) return response;
      await response.body?.cancel();
    } catch (error) {
      if (!mayWait || world.signal.aborted || !(error instanceof TypeError)) throw error;
    }
    await world.sleep(pauseMs, world.signal);
  }
  try {
    return await ask(exporting);
  } catch (error) {
    if (world.signal.aborted || !(error instanceof TypeError)) throw error;
    throw partial(
      exporting,
      "the server cannot be reached any more",
      exporting.form.get("cursor") ?? "",
    );
  }
}

async function ask({ world, connection, form }: Exporting): Promise<Response> {
  const send = async (token: string): Promise<Response> =>
    world.fetch(`${connection.url}/api/v1/export`, {
      method: "POST",
      body: form,
      headers: { Authorization: `Bearer ${token}`, ...encodingFor(connection.url) },
      signal: world.signal,
    });
  const token = await connection.token();
  const response = await send(token);
  if (response.status !== 401 || connection.kind !== "user") return response;
  await response.body?.cancel();
  return send(await connection.token(token));
}

/** On the same machine compressing takes longer than sending. */
function encodingFor(url: string): Record<string, string> {
  const { hostname } = new URL(url);
  const isNear = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return isNear ? { "Accept-Encoding": "identity" } : {};
}

/** @param cursor where it would go on; empty when it would have to begin anew. */
function partial(
  { progress, output, form }: Exporting,
  reason: string,
  cursor: string,
): CommandError {
  progress.done();
  const where =
    output.partialPath === undefined
      ? "What was written is whole rows; those behind them are missing."
      : `What was written is in ${output.partialPath}, whole rows; those behind them are missing.`;
  const next =
    cursor === "" || form.get("cursor") === null
      ? "Run it again for all of them."
      : `Go on behind them with the same command and: --after ${oneLine(cursor)}`;
  return new CommandError(
    `The export is partial: ${oneLine(reason)}. ${countedRows(progress.rows)} written.`,
    `${where} ${next}`,
  );
}
