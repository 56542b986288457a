/** `argus search`: newest entries that match, or the rows that pipes make. */
import {
  type QueryResponse,
  QueryRequest,
  type QueryWarning,
} from "../../../generated/client/argus/v1/log_service.ts";
import { partialText } from "../../client/partial.ts";
import { type Command, wholeNumber, type World } from "../command.ts";
import { applicationId, connect, CONNECTION_FLAGS, CONNECTION_HELP } from "../connection.ts";
import { entryJson, entryLine, shortTime } from "../render/entry-line.ts";
import { table } from "../render/table.ts";
import { oneLine } from "../render/terminal-text.ts";
import { timeOption } from "../time-option.ts";

export const searchCommand: Command = {
  name: "search",
  summary: "search entries, newest last",
  usage: ["[QUERY …] [--since 1h] [--until TIME] [--limit 100] [--json]"],
  flags: {
    ...CONNECTION_FLAGS,
    since: { type: "string" },
    until: { type: "string" },
    limit: { type: "string" },
    json: { type: "boolean" },
  },
  help: {
    ...CONNECTION_HELP,
    since: "15m, 2h, a date or a time; 24 h before --until unless said",
    until: "likewise; now and later unless said",
    limit: "at most so many entries, up to 10000 (100)",
    json: "a JSON object a line, newest first",
  },
  async run(world, args) {
    const { timeZone } = world;
    const query = args.rest.join(" ");
    const request = {
      query,
      timeZone,
      startTime: timeOption("since", args.text("since"), world.nowMs(), timeZone),
      endTime: timeOption("until", args.text("until"), world.nowMs(), timeZone),
      limit: wholeNumber("limit", args.text("limit"), 100, 10_000),
    };
    const connection = await connect(world, args);
    const id = await applicationId(connection, args);
    const answer = await connection.client.logs.Query(
      QueryRequest.fromPartial({ ...request, applicationId: id }),
    );
    show(world, answer, args.has("json"));
    return 0;
  },
};

/** People read the newest entry last, where the eye is; programs get the order of the API. */
function show(world: World, answer: QueryResponse, json: boolean): void {
  if (answer.table !== undefined) {
    const names = answer.table.columns.map((column) => column.name);
    const rows = answer.table.rows as unknown as readonly (readonly unknown[])[];
    if (json)
      for (const row of rows)
        world.out(
          `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i]])))}\n`,
        );
    else world.out(table(names, rows));
  } else if (json) {
    for (const entry of answer.entries) world.out(`${entryJson(entry)}\n`);
  } else {
    const options = { colour: world.colour, timeZone: world.timeZone, nowMs: world.nowMs() };
    for (const entry of answer.entries.toReversed()) world.out(`${entryLine(entry, options)}\n`);
    if (answer.entries.length === 0)
      world.note("Nothing matches in this range. A longer one: --since 7d\n");
  }
  for (const warning of answer.warnings) world.note(warningText(warning));
  if (answer.partial) {
    const { coveredStartTime: covered } = answer;
    const options = { timeZone: world.timeZone, nowMs: world.nowMs() };
    const from = covered === undefined ? undefined : shortTime(covered, options);
    world.note(`${oneLine(partialText(answer.partialReason, from))}\n`);
  } else if (answer.nextCursor !== "")
    world.note("There are more: raise --limit or narrow the range.\n");
}

function warningText(warning: QueryWarning): string {
  const [fix] = warning.fixes;
  return `${oneLine(warning.message)}${fix === undefined ? "" : `   try: ${oneLine(fix)}`}\n`;
}
