/** `argus context`: the entries around one. */
import { GetContextRequest } from "../../../generated/client/argus/v1/log_service.ts";
import { partialText } from "../../client/partial.ts";
import { type Command, CommandError, UsageError, wholeNumber } from "../command.ts";
import {
  applicationId,
  connect,
  CONNECTION_FLAGS,
  CONNECTION_HELP,
  isCode,
} from "../connection.ts";
import { entryJson, entryLine } from "../render/entry-line.ts";
import { oneLine, paint } from "../render/terminal-text.ts";

export const contextCommand: Command = {
  name: "context",
  summary: "show the entries around one",
  usage: ["ID [--before 10] [--after 10] [--same-service] [--same-host] [--json]"],
  examples: [
    "npx argus search 'level:error' --limit 1 --json",
    "npx argus context 1795528800000000000.019ab9e2-d800-7000-8000-000000000001.0 --same-service",
  ],
  flags: {
    ...CONNECTION_FLAGS,
    before: { type: "string" },
    after: { type: "string" },
    "same-service": { type: "boolean" },
    "same-host": { type: "boolean" },
    json: { type: "boolean" },
  },
  help: {
    ...CONNECTION_HELP,
    before: "so many earlier entries (10)",
    after: "so many later entries (10)",
    "same-service": "only of the entry's service",
    "same-host": "only of the entry's host",
    json: "a JSON object a line",
  },
  async run(world, args) {
    const [id, ...more] = args.rest;
    if (id === undefined || more.length > 0)
      throw new UsageError(
        "argus context takes the id of an entry (npx argus search --json shows it)",
      );
    const request = {
      id,
      before: wholeNumber("before", args.text("before"), 10, 1000, 0),
      after: wholeNumber("after", args.text("after"), 10, 1000, 0),
      sameService: args.has("same-service"),
      sameHost: args.has("same-host"),
    };
    const connection = await connect(world, args);
    const app = await applicationId(connection, args);
    const answer = await connection.client.logs
      .GetContext(GetContextRequest.fromPartial({ ...request, applicationId: app }))
      .catch((error: unknown) => {
        throw isCode(error, "not_found") ? noSuchEntry(id) : error;
      });
    const options = { colour: world.colour, timeZone: world.timeZone, nowMs: world.nowMs() };
    const around = [
      ...answer.before,
      ...(answer.entry === undefined ? [] : [answer.entry]),
      ...answer.after,
    ];
    for (const entry of around) {
      const mark = entry.id === answer.entry?.id ? paint(world.colour, "bold", "> ") : "  ";
      world.out(
        args.has("json") ? `${entryJson(entry)}\n` : `${mark}${entryLine(entry, options)}\n`,
      );
    }
    if (answer.partial) world.note(`${oneLine(partialText(answer.partialReason, undefined))}\n`);
    return 0;
  },
};

function noSuchEntry(id: string): CommandError {
  return new CommandError(
    `There is no entry ${oneLine(id)}.`,
    "It may be older than the retention, or of another application (--app). npx argus search --json shows ids.",
  );
}
