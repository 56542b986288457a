/** `argus send`: a file, or stdin, line by line. */
import { randomUUIDv7 } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { join } from "node:path";
import { Scope } from "../../../generated/client/argus/v1/application_service.ts";
import { type Arguments, type Command, CommandError, UsageError, type World } from "../command.ts";
import { remember } from "../config-file.ts";
import {
  chosenApplication,
  connect,
  type Connection,
  CONNECTION_FLAGS,
  CONNECTION_HELP,
} from "../connection.ts";
import { oneLine } from "../render/terminal-text.ts";
import { RefusedBatch, sendBatch } from "../send-batch.ts";
import { beginningOf, recordLines } from "../json-records.ts";
import { kindOfInput, lineBatches } from "../send-lines.ts";

/** Refused entries are told one by one up to here. */
const SHOWN = 5;

export const sendCommand: Command = {
  name: "send",
  summary: "send a file or stdin: JSON records or plain lines",
  usage: ["[FILE | -] [--service NAME] [--host NAME] [--time-from-line]"],
  examples: [
    "echo 'first light' | npx argus send --service hello",
    "npx argus send /var/log/dpkg.log --service dpkg --time-from-line",
  ],
  flags: {
    ...CONNECTION_FLAGS,
    service: { type: "string" },
    host: { type: "string" },
    format: { type: "string" },
    "time-from-line": { type: "boolean" },
    json: { type: "boolean" },
  },
  help: {
    ...CONNECTION_HELP,
    service: "for entries that name none",
    host: "for entries that name none (this machine's name)",
    format:
      "ndjson or text; the first line decides unless said (records in an array are sent, too)",
    "time-from-line": "plain lines: take the time that a line begins with",
    json: "the outcome as one JSON object",
  },
  async run(world, args) {
    const [file = "-", ...more] = args.rest;
    if (more.length > 0)
      throw new UsageError(
        `argus send takes one file, or stdin: ${JSON.stringify(more[0])} is not understood`,
      );
    if (file === "-" && world.inIsTerminal)
      throw new UsageError("argus send needs something to send: give a file, or pipe lines in");
    const format = args.text("format");
    if (format !== undefined && format !== "ndjson" && format !== "text")
      throw new UsageError(`--format takes ndjson or text, not ${JSON.stringify(format)}`);
    if (file !== "-") await checkReadable(file);
    const { key, url, forget } = await destination(world, args);
    const input =
      file === "-" ? world.stdin : (createReadStream(file) as AsyncIterable<Uint8Array>);
    const total = { stored: 0, refused: 0 };
    const { first, whole } = await beginningOf(input);
    const kind = format === "text" ? "text" : kindOfInput(first);
    const isRecords = kind === "json";
    let line = 0;
    let plainLines = false;
    for await (const batch of lineBatches(isRecords ? recordLines(whole) : whole, world.sleep)) {
      const contentType =
        kind !== "text" || format === "ndjson"
          ? "application/x-ndjson"
          : "text/plain; charset=utf-8";
      const { stored, refused } = await sendBatch(world, {
        url,
        key,
        contentType,
        batchId: randomUUIDv7(),
        body: batch.body,
      }).catch(async (error: unknown) => {
        if (!(error instanceof RefusedBatch) || error.status !== 401 || forget === undefined)
          throw error;
        await forget();
        throw new CommandError(
          "The key that was kept for sending is no longer accepted; it is forgotten now.",
          "Send again what was not stored: a new key is made.",
        );
      });
      total.stored += stored;
      for (const { index, reason } of refused.slice(0, Math.max(0, SHOWN - total.refused)))
        world.note(`refused: entry ${line + index + 1}: ${oneLine(reason)}\n`);
      total.refused += refused.length;
      plainLines ||= refused.some(({ reason }) => reason === "not JSON");
      line += batch.lines;
      if (world.noteIsTerminal) world.note(`\r${total.stored} stored`);
    }
    if (world.noteIsTerminal && line > 0) world.note("\r\u001b[K");
    if (plainLines && format === undefined)
      world.note("Plain lines among JSON? --format text stores every line as text.\n");
    world.out(
      args.has("json")
        ? `${JSON.stringify(total)}\n`
        : `${total.stored} stored, ${total.refused} refused\n`,
    );
    return total.refused === 0 ? 0 : 1;
  },
};

/** Before a key is made: what cannot be sent needs none. */
async function checkReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw new CommandError(`${file} cannot be read.`);
  });
  if ((await stat(file)).isDirectory())
    throw new CommandError(
      `${file} is a folder.`,
      `Send its files: cat ${join(file, "*.log")} | npx argus send`,
    );
}

interface Destination {
  readonly url: URL;
  readonly key: string;
  /** Of a key that was kept from an earlier time. */
  readonly forget?: () => Promise<void>;
}

/** @returns the address to post to, and a key: the given one, or one made for this machine and kept. */
async function destination(world: World, args: Arguments): Promise<Destination> {
  const connection = await connect(world, args);
  const url = new URL(`${connection.url}/ingest/ndjson`);
  const service = args.text("service");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("host", args.text("host") ?? world.host);
  if (args.has("time-from-line")) url.searchParams.set("time", "line");
  if (connection.kind === "key") {
    // A key sends to its own application only: a name that says otherwise must not be passed over.
    if (args.text("app") !== undefined) await chosenApplication(connection, args);
    return { url, key: await connection.token() };
  }
  const app = await chosenApplication(connection, args);
  const kept = connection.memory.keys?.[app.id];
  if (kept !== undefined) return { url, key: kept, forget: () => keepKey(connection, app.id) };
  const name = `argus send on ${world.host}`;
  const { secret } = await connection.client.applications.CreateApiKey({
    applicationId: app.id,
    name,
    scopes: [Scope.SCOPE_INGEST],
    expiresAt: undefined,
  });
  await keepKey(connection, app.id, secret);
  world.note(
    `Made the key ${JSON.stringify(name)} for ${app.name}; it is kept in ${connection.configPath}.\n`,
  );
  return { url, key: secret };
}

/** Keeps the key for sending to an application in the place of the one before; without a secret it only forgets that. */
function keepKey(connection: Connection, app: string, secret?: string): Promise<void> {
  return remember(connection.configPath, connection.url, ({ keys, ...before }) => {
    const { [app]: _gone, ...others } = keys ?? {};
    return { ...before, keys: secret === undefined ? others : { ...others, [app]: secret } };
  });
}
