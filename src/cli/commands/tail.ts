/** `argus tail`: entries as they come, resumed without gaps after a cut. */
import { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { errorOfEndpoint } from "../../client/answer.ts";
import { ArgusError } from "../../client/errors.ts";
import { serverSentEvents } from "../../client/server-sent-events.ts";
import { type Command, CommandError } from "../command.ts";
import { applicationId, connect, CONNECTION_FLAGS, CONNECTION_HELP } from "../connection.ts";
import { entryJson, entryLine } from "../render/entry-line.ts";
import { isUnreached } from "../render/problem.ts";
import { oneLine } from "../render/terminal-text.ts";

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;
/** A resumed tail may give again what came just before the cut: ids kept to drop it. */
const REMEMBERED = 10_000;

export const tailCommand: Command = {
  name: "tail",
  summary: "show entries as they come",
  usage: ["[QUERY …] [--json]"],
  flags: { ...CONNECTION_FLAGS, json: { type: "boolean" } },
  help: { ...CONNECTION_HELP, json: "a JSON object a line" },
  async run(world, args) {
    const connection = await connect(world, args);
    const id = await applicationId(connection, args);
    const url = new URL(`${connection.url}/api/v1/tail`);
    if (id !== "") url.searchParams.set("application_id", id);
    url.searchParams.set("query", args.rest.join(" "));
    const seen = new Set<string>();
    let position = "";
    let waitMs = FIRST_WAIT_MS;
    let refused: string | undefined;
    while (!world.signal.aborted) {
      try {
        const token = await connection.token(refused);
        const headers = {
          Authorization: `Bearer ${token}`,
          ...(position === "" ? {} : { "Last-Event-ID": position }),
        };
        const response = await world.fetch(url, { headers, signal: world.signal });
        if (response.status === 401 && refused === undefined && connection.kind === "user") {
          refused = token;
          await response.body?.cancel();
          continue;
        }
        refused = undefined;
        if (!response.ok || response.body === null) throw await errorOfEndpoint(response);
        waitMs = FIRST_WAIT_MS;
        // An empty screen would look as if nothing worked.
        if (position === "" && world.noteIsTerminal)
          world.note("Waiting for new entries; Ctrl-C ends.\n");
        for await (const event of serverSentEvents(response.body)) {
          if (event.id !== "") position = event.id;
          if (event.event === "dropped")
            world.note(`Entries may be missing here: ${oneLine(event.data)}\n`);
          if (event.event !== "entry") continue;
          const entry = LogEntry.fromJSON(JSON.parse(event.data));
          if (seen.has(entry.id)) continue;
          seen.add(entry.id);
          if (seen.size > REMEMBERED) seen.delete(seen.values().next().value ?? "");
          const options = { colour: world.colour, timeZone: world.timeZone, nowMs: world.nowMs() };
          world.out(`${args.has("json") ? entryJson(entry) : entryLine(entry, options)}\n`);
        }
      } catch (error) {
        if (world.signal.aborted) break;
        if (!passes(error)) throw error;
      }
      if (world.signal.aborted) break;
      world.note(`The stream was cut; trying again in ${waitMs / 1000} s\n`);
      await world.sleep(waitMs, world.signal).catch(() => undefined);
      waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
    }
    return 0;
  },
};

/** What the server says of the query or the credential does not pass by waiting; a cut, or a busy server, does. */
function passes(error: unknown): boolean {
  if (error instanceof CommandError) return false;
  if (!(error instanceof ArgusError)) return error instanceof TypeError;
  return isUnreached(error) || error.code === "unavailable" || error.code === "resource_exhausted";
}
