/**
 * `argus export`: everything that matches, to stdout or a file.
 * Invariant: exit code 0 means that the server said the export is complete; what was written are rows alone.
 */
import { type Command, CommandError, UsageError, type World } from "../command.ts";
import { applicationId, connect, CONNECTION_FLAGS, CONNECTION_HELP } from "../connection.ts";
import type { ExportFormat } from "../../client/export-answer.ts";
import { type ExportOutcome, wholeExport } from "../../client/whole-export.ts";
import { type ExportOutput, openExportOutput } from "../export-output.ts";
import { type Progress, countedRows, progressOf } from "../export-progress.ts";
import { exactTime } from "../render/entry-line.ts";
import { oneLine } from "../render/terminal-text.ts";
import { nanosOfTimestamp, timeOption } from "../time-option.ts";

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
    const exporting = { world, connection, form, output, progress };
    let outcome: ExportOutcome;
    try {
      outcome = await wholeExport({
        format,
        cursor: args.text("after") ?? "",
        signal: world.signal,
        sleep: world.sleep,
        ask: (cursor) => {
          form.set("cursor", cursor);
          return ask(exporting);
        },
        pass: async ({ bytes, rows }) => {
          await output.write(bytes);
          progress.add(bytes.length, rows);
        },
      });
    } finally {
      progress.done();
    }
    if (outcome.reason !== "") throw partial(exporting, outcome);
    if (outcome.approximate.length > 0)
      world.note(`Estimates: ${outcome.approximate.map(oneLine).join(", ")}\n`);
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
  readonly form: URLSearchParams;
  readonly output: ExportOutput;
  readonly progress: Progress;
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

function partial(
  { progress, output }: Pick<Exporting, "progress" | "output">,
  { reason, cursor }: ExportOutcome,
): CommandError {
  const where =
    output.partialPath === undefined
      ? "What was written is whole rows; those behind them are missing."
      : `What was written is in ${output.partialPath}, whole rows; those behind them are missing.`;
  const next =
    cursor === ""
      ? "Run it again for all of them."
      : `Go on behind them with the same command and: --after ${oneLine(cursor)}`;
  return new CommandError(
    `The export is partial: ${oneLine(reason)}. ${countedRows(progress.rows)} written.`,
    `${where} ${next}`,
  );
}
