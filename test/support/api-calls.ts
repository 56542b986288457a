/**
 * Calls of a running server by the public API, for end-to-end tests.
 * Invariant: an answer of any status is given, never thrown; only a broken connection throws.
 */
import { randomUUIDv7 } from "node:crypto";

export type Json = Readonly<Record<string, unknown>>;

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Twirp's error code, or "ok". */
  readonly code: string;
  /** The parsed body. */
  readonly body: Json;
}

export interface ApiCall {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param method as `LogService/Query`; @param request an object, or the text or bytes to send as they are. */
export async function rpc(
  url: string,
  method: string,
  request: object | string | Uint8Array<ArrayBuffer>,
  { token, headers }: ApiCall = {},
): Promise<ApiAnswer> {
  const isRaw = typeof request === "string" || request instanceof Uint8Array;
  return post(`${url}/twirp/argus.v1.${method}`, isRaw ? request : JSON.stringify(request), {
    token,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

export async function ndjson(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  { token, headers, search = "" }: ApiCall & { search?: string } = {},
): Promise<ApiAnswer> {
  return post(`${url}/ingest/ndjson${search}`, body, {
    token,
    headers: { "Content-Type": "application/x-ndjson", ...headers },
  });
}

async function post(
  address: string,
  body: string | Uint8Array<ArrayBuffer>,
  { token, headers }: ApiCall,
): Promise<ApiAnswer> {
  const response = await fetch(address, {
    method: "POST",
    headers: { ...headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
    body,
  });
  return answerOf(response);
}

export async function answerOf(response: Response): Promise<ApiAnswer> {
  const { status, headers, ok } = response;
  const text = await response.text();
  let body: Json = {};
  try {
    body = JSON.parse(text) as Json;
  } catch {
    // Not JSON: the text says all.
  }
  return { status, headers, text, body, code: ok ? "ok" : String(body["code"]) };
}

export interface FoundEntry {
  readonly id: string;
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly service: string;
  readonly host: string;
  readonly attributes: Json | null;
  readonly truncated: readonly string[];
}

export interface Found {
  readonly entries: readonly FoundEntry[];
  readonly table: { columns: { name: string; type: string }[]; rows: unknown[][] } | null;
  readonly next_cursor: string;
  readonly partial: boolean;
  readonly partial_reason: string;
}

/** Asks a query that must be answered. */
export async function search(
  url: string,
  token: string,
  query: string,
  more: object = {},
): Promise<Found> {
  const answer = await rpc(url, "LogService/Query", { query, ...more }, { token });
  if (answer.status !== 200) throw new Error(`the query failed: ${answer.text}`);
  return answer.body as unknown as Found;
}

/** All entries that match, page by page, in the order they come. */
export async function searchAll(
  url: string,
  token: string,
  query: string,
  more: { limit?: number; ascending?: boolean; start_time?: string; application_id?: string } = {},
): Promise<FoundEntry[]> {
  const entries: FoundEntry[] = [];
  let cursor = "";
  do {
    const page = await search(url, token, query, { limit: 10_000, ...more, cursor });
    if (page.partial) throw new Error(`the answer is partial: ${page.partial_reason}`);
    entries.push(...page.entries);
    cursor = page.next_cursor;
  } while (cursor !== "");
  return entries;
}

/** Sends a batch that must be stored. @returns its id. */
export async function send(
  url: string,
  token: string,
  entries: readonly object[],
  batch: string = randomUUIDv7(),
): Promise<string> {
  const answer = await rpc(url, "LogService/SendLogs", { batch_id: batch, entries }, { token });
  const { rejected } = answer.body as { rejected?: unknown[] };
  if (answer.status !== 200 || rejected?.length !== 0)
    throw new Error(`the batch was not stored: ${answer.text}`);
  return batch;
}

/**
 * One try to send a batch to a server that may be stopped, killed or cut off meanwhile.
 * @param batch a request of SendLogs with its `batch_id`, or its JSON.
 * @returns whether it was acknowledged; false where it was not taken, or only the next try of the same batch says whether
 * it was. Throws for an answer that no further try would change.
 */
export async function trySend(
  url: string,
  token: string,
  batch: object | string,
): Promise<boolean> {
  try {
    const { code, text } = await rpc(url, "LogService/SendLogs", batch, { token });
    if (code === "ok") return true;
    // The server's deadline passes while it stands still, too: whether the batch was stored by then, nobody knows.
    if (code === "unavailable" || code === "deadline_exceeded") return false;
    throw new Error(`the batch was refused: ${text}`);
  } catch (error) {
    // The connection went, and the answer with it.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
