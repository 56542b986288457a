/**
 * Cuts a stream of bytes into batches of whole lines.
 * Invariant: every line that is not blank is in exactly one batch, in order; a batch is given when it is full, when
 * nothing came for a while, or at the end. At most one batch is held.
 */
import { MiB } from "../domain/limits.ts";

/** Below the server's limits for a body, large enough that requests cost little beside their lines. */
const MAX_BYTES = 4 * MiB;
const MAX_LINES = 5000;
/** So long a line waits for others when the input is slow, as from `tail -f`. */
const IDLE_MS = 1000;
const NEWLINE = 10;

export interface LineBatch {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly lines: number;
}

export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export async function* lineBatches(
  input: AsyncIterable<Uint8Array>,
  sleep: Sleep,
  maxLines = MAX_LINES,
): AsyncGenerator<LineBatch, void, undefined> {
  const reader = input[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let lines = 0;
  let bytes = 0;
  let rest: Uint8Array = new Uint8Array(0);
  const take = (): LineBatch => {
    const batch = { body: concat(held), lines };
    held = [];
    lines = 0;
    bytes = 0;
    return batch;
  };
  // Asked before a line is added, not after: a long one must not push a batch over the limit.
  const isFull = (line: Uint8Array): boolean =>
    lines > 0 && (lines >= maxLines || bytes + line.length > MAX_BYTES);
  let next: Promise<IteratorResult<Uint8Array, unknown>> = reader.next();
  for (;;) {
    if (lines > 0 && (await isIdle(next, sleep))) yield take();
    const read = await next;
    if (read.done === true) break;
    const { value } = read;
    next = reader.next();
    const chunk = rest.length === 0 ? value : concat([rest, value]);
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = chunk.subarray(from, end + 1);
      from = end + 1;
      if (isBlank(line)) continue;
      if (isFull(line)) yield take();
      held.push(line);
      lines++;
      bytes += line.length;
    }
    rest = chunk.slice(from);
  }
  if (!isBlank(rest)) {
    if (isFull(rest)) yield take();
    held.push(rest);
    lines++;
  }
  if (lines > 0) yield take();
}

async function isIdle(next: Promise<unknown>, sleep: Sleep): Promise<boolean> {
  const stop = new AbortController();
  const idle = sleep(IDLE_MS, stop.signal).then(
    () => true,
    () => false,
  );
  const came = next.then(
    () => false,
    () => false,
  );
  const answer = await Promise.race([idle, came]);
  stop.abort();
  return answer;
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 32 || (byte >= 9 && byte <= 13));
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export type InputKind =
  /** A record a line. */
  | "ndjson"
  /** An array of records, or records over several lines. */
  | "json"
  | "text";

/** @param first what the input begins with: to its first line's end, unless that is far. */
export function kindOfInput(first: Uint8Array): InputKind {
  const line = firstLine(first);
  if (line.startsWith("{") && isJson(line)) return "ndjson";
  if (line === "{" || line === "[") return "json";
  // An array's first record ends on its line with a comma, or the array does, or the line is longer than was looked at.
  const isCut = !new TextDecoder().decode(first).trimStart().includes("\n");
  const isArray = isJson(line.replace(/,$/, "]")) || (isCut && /^\[\{\s*"/.test(line));
  return line.startsWith("[{") && isArray ? "json" : "text";
}

/** The first that is not blank. */
function firstLine(body: Uint8Array): string {
  const text = new TextDecoder().decode(body).trimStart();
  const end = text.indexOf("\n");
  return (end < 0 ? text : text.slice(0, end)).trim();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
