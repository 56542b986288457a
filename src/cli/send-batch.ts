/**
 * Sends one batch to `/ingest/ndjson` until it is answered.
 * Invariant: all tries carry the same batch id and the same bytes, so that the batch is stored once.
 */
import { CommandError, type World } from "./command.ts";
import { oneLine } from "./render/terminal-text.ts";

const MAX_TRIES = 10;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

export interface Outgoing {
  readonly url: URL;
  readonly key: string;
  readonly contentType: string;
  readonly batchId: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface Outcome {
  readonly stored: number;
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
}

/** The server will not take the batch, however often it is sent. */
export class RefusedBatch extends CommandError {
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string, next?: string) {
    super(message, next);
    this.status = status;
  }
}

/** Throws RefusedBatch when the server refuses the batch, CommandError when it does not take it in some minutes. */
export async function sendBatch(world: World, what: Outgoing): Promise<Outcome> {
  let why = "";
  for (let tried = 0; tried < MAX_TRIES; tried++) {
    let waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** tried);
    try {
      const response = await world.fetch(what.url, {
        method: "POST",
        body: what.body,
        signal: world.signal,
        headers: {
          Authorization: `Bearer ${what.key}`,
          "Content-Type": what.contentType,
          "Idempotency-Key": what.batchId,
        },
      });
      const text = await response.text();
      if (response.ok) return outcomeOf(text);
      why = reasonOf(text, response.status);
      if (!PASSING.has(response.status)) throw refusal(response.status, why);
      const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
      if (seconds > 0) waitMs = Math.min(MAX_WAIT_MS, seconds * 1000);
    } catch (error) {
      if (error instanceof CommandError || world.signal.aborted) throw error;
      why = "the server cannot be reached";
    }
    if (tried + 1 === MAX_TRIES) break;
    world.note(`${oneLine(why)}; trying again in ${(waitMs / 1000).toFixed(1)} s\n`);
    await world.sleep(waitMs, world.signal);
  }
  throw new CommandError(
    `Gave up after ${MAX_TRIES} tries: ${oneLine(why)}`,
    "What was stored stays stored; send the rest when the server is well: argus doctor",
  );
}

function refusal(status: number, why: string): RefusedBatch {
  const next =
    status === 401 || status === 403
      ? "Sending takes a key with the scope ingest. With a login, argus send makes its own: unset ARGUS_API_KEY   (one for elsewhere: npx argus key create NAME)"
      : undefined;
  return new RefusedBatch(status, oneLine(why), next);
}

function outcomeOf(text: string): Outcome {
  const answer = JSON.parse(text) as {
    accepted?: number;
    rejected?: { index?: number; reason?: string }[];
  };
  const refused = (answer.rejected ?? []).map(({ index = 0, reason = "" }) => ({ index, reason }));
  return { stored: answer.accepted ?? 0, refused };
}

/** An error is `{ "error": { "message" } }` (http/endpoint.ts), or whatever something in between answered. */
function reasonOf(text: string, status: number): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    if (typeof error?.message === "string") return error.message;
  } catch {
    // Not JSON: told by its status.
  }
  return `the server answered ${status}`;
}
