/** Sends two entries to Argus and reads them back. */
import { Level, LogEntry } from "./gen/argus/v1/entry.ts";
import { LogServiceClientImpl, QueryRequest, SendLogsRequest } from "./gen/argus/v1/log_service.ts";
import { twirp, TwirpError } from "./twirp.ts";

const { ARGUS_URL: url = "", ARGUS_API_KEY: token = "" } = process.env;
const logs = new LogServiceClientImpl(twirp({ url, token }));

const batch = SendLogsRequest.create({
  // Made once and sent again as it is: then it is stored once, however often it is sent.
  batchId: newBatchId(),
  service: "typescript-example",
  entries: [
    LogEntry.create({
      level: Level.LEVEL_ERROR,
      message: "card declined",
      attributes: { status: 502, user: { id: "u1" } },
    }),
    LogEntry.create({ message: "retried" }),
  ],
});
const sent = await send(batch);
console.log(`stored ${sent.accepted} entries as batch ${sent.batchId}`);

const found = await logs.Query(
  QueryRequest.create({ query: "service:typescript-example level:error" }),
);
for (const { time, message } of found.entries)
  console.log(new Date(Number(time?.seconds ?? 0n) * 1000).toISOString(), message);

try {
  await logs.Query(QueryRequest.create({ query: "level:foo" }));
} catch (error) {
  if (!(error instanceof TwirpError)) throw error;
  console.log(error.code, error.message, error.meta);
}

const PASSING = new Set(["unavailable", "resource_exhausted", "deadline_exceeded"]);

/** Tries until the batch is stored, or the server says that it never will be. */
async function send(request: SendLogsRequest, tries = 6): ReturnType<typeof logs.SendLogs> {
  for (let tried = 0; ; tried++) {
    try {
      return await logs.SendLogs(request);
    } catch (error) {
      // What is no TwirpError had no answer, and a deadline leaves open whether it was stored: the next try says.
      const isPassing = !(error instanceof TwirpError) || PASSING.has(error.code);
      if (!isPassing || tried === tries - 1) throw error;
      const retryAfterMs = error instanceof TwirpError ? error.retryAfterMs : undefined;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs ?? 200 * 2 ** tried));
    }
  }
}

/** A UUIDv7: the time in milliseconds, and chance. */
function newBatchId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const chance = crypto.randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(15)}`;
}
