/**
 * `argus export`: everything that matches, as NDJSON on stdout.
 * Invariant: exit code 0 means that the server said the export is complete; what went to stdout are entries alone.
 */
import { errorOfEndpoint } from "../../client/answer.ts";
import { type Command, CommandError, type World } from "../command.ts";
import { applicationId, connect, CONNECTION_FLAGS, CONNECTION_HELP } from "../connection.ts";
import { exactTime } from "../render/entry-line.ts";
import { oneLine } from "../render/terminal-text.ts";
import { nanosOfTimestamp, timeOption } from "../time-option.ts";
import { type ExportEnd, exportedLines } from "./export-lines.ts";

const PROGRESS_MS = 1000;

export const exportCommand: Command = {
  name: "export",
  summary: "write everything that matches to stdout",
  usage: ["[QUERY …] [--since 1h] [--until TIME] [--ascending] > FILE"],
  examples: ["npx argus export 'level:error' --since 7d > errors.ndjson"],
  flags: {
    ...CONNECTION_FLAGS,
    since: { type: "string" },
    until: { type: "string" },
    ascending: { type: "boolean" },
  },
  help: {
    ...CONNECTION_HELP,
    since: "15m, 2h, a date or a time; 24 h before --until unless said",
    until: "likewise; now and later unless said",
    ascending: "oldest first; newest first unless said",
  },
  async run(world, args) {
    const { timeZone } = world;
    const times = {
      start_time: timeOption("since", args.text("since"), world.nowMs(), timeZone),
      end_time: timeOption("until", args.text("until"), world.nowMs(), timeZone),
    };
    const connection = await connect(world, args);
    const id = await applicationId(connection, args);
    const form = new URLSearchParams({ query: args.rest.join(" "), time_zone: timeZone });
    if (id !== "") form.set("application_id", id);
    for (const [name, time] of Object.entries(times))
      if (time !== undefined) form.set(name, exactTime(nanosOfTimestamp(time)));
    if (args.has("ascending")) form.set("ascending", "true");

    const progress = progressOf(world);
    const skipped = new Set<string>();
    for (;;) {
      const before = progress.entries;
      const end = await once(world, connection, form, progress);
      for (const reason of end?.skipped ?? []) skipped.add(reason);
      if (end?.complete === true && skipped.size === 0) {
        progress.done();
        return 0;
      }
      // A session's token ends in the middle of a long export: another one goes on behind the last entry.
      if (end === undefined || end.next_cursor === "" || progress.entries === before)
        throw partial(progress, reasonOf(end, skipped));
      form.set("cursor", end.next_cursor);
    }
  },
};

/** Of the whole export, whose last answer may be complete in itself. */
function reasonOf(end: ExportEnd | undefined, skipped: ReadonlySet<string>): string {
  if (end === undefined) return "the answer was cut off";
  return end.complete ? [...skipped].join("; ") : end.partial_reason;
}

/** One answer of the server. @returns its last line; undefined when the answer was cut off before it. */
async function once(
  world: World,
  connection: Awaited<ReturnType<typeof connect>>,
  form: URLSearchParams,
  progress: Progress,
): Promise<ExportEnd | undefined> {
  const ask = async (token: string): Promise<Response> =>
    world.fetch(`${connection.url}/api/v1/export`, {
      method: "POST",
      body: form,
      headers: { Authorization: `Bearer ${token}`, ...encodingFor(connection.url) },
      signal: world.signal,
    });
  let token = await connection.token();
  let response: Response;
  try {
    response = await ask(token);
    if (response.status === 401 && connection.kind === "user") {
      await response.body?.cancel();
      token = await connection.token(token);
      response = await ask(token);
    }
  } catch (error) {
    if (progress.entries === 0 || world.signal.aborted) throw error;
    throw partial(progress, "the server cannot be reached any more");
  }
  if (!response.ok || response.body === null) throw await errorOfEndpoint(response);
  try {
    return await exportedLines(response.body, (lines, count) => {
      world.out(lines);
      progress.add(count);
    });
  } catch (error) {
    // A connection that broke.
    if (error instanceof TypeError && !world.signal.aborted) return undefined;
    throw error;
  }
}

/** On the same machine compressing takes longer than sending. */
function encodingFor(url: string): Record<string, string> {
  const { hostname } = new URL(url);
  const isNear = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return isNear ? { "Accept-Encoding": "identity" } : {};
}

function partial(progress: Progress, reason: string): CommandError {
  progress.done();
  return new CommandError(
    `The export is partial: ${oneLine(reason)}. ${counted(progress.entries)} written.`,
    "What was written is whole lines; the entries behind them are missing. Run it again for all of them.",
  );
}

interface Progress {
  readonly entries: number;
  add(count: number): void;
  /** Leaves the line. */
  done(): void;
}

/** Shown on a terminal alone. */
function progressOf(world: World): Progress {
  let entries = 0;
  let shownMs = world.nowMs();
  const show = (end: string): void => world.note(`\r${counted(entries)}${end}`);
  return {
    get entries() {
      return entries;
    },
    add(count) {
      entries += count;
      if (!world.noteIsTerminal || world.nowMs() - shownMs < PROGRESS_MS) return;
      shownMs = world.nowMs();
      show("");
    },
    done() {
      if (world.noteIsTerminal) show("\n");
    },
  };
}

function counted(entries: number): string {
  return `${entries.toLocaleString("en-US")} ${entries === 1 ? "entry" : "entries"}`;
}
