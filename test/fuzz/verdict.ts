/**
 * What no answer may be: an error of ours, a shape that no client reads, or a word about what is not the caller's.
 * Invariant: pure; whatever is said against an answer can be said again of the same request and answer.
 */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { LaneAnswer } from "./http-lanes.ts";
import type { FuzzRequest } from "./requests.ts";
import type { FuzzWorld } from "./world.ts";

/** Of this program and the machine: stacks, paths, statements and errors of the store. */
const INNER =
  /(?:\n|\\n)\s+at (?:async )?[\w.<>]+ \(|\.ts:\d+|\.js:\d+:\d+|node:internal|node_modules|\bSQLITE|\bSELECT [a-z*]|\bINSERT INTO|ENOENT|EACCES|ECONNREFUSED|TypeError|RangeError|ReferenceError|undefined is not|Cannot read prop/;

export interface Leaks {
  /** Folders and addresses of this very server. */
  readonly places: readonly string[];
}

/** @returns what is wrong with the answer; undefined when nothing is. */
export function problemOf(
  world: FuzzWorld,
  request: FuzzRequest,
  answer: LaneAnswer,
  leaks: Leaks,
): string | undefined {
  return statusProblem(request, answer) ?? textProblem(world, request, answer, leaks);
}

function statusProblem(
  request: FuzzRequest,
  { status, headers, body }: LaneAnswer,
): string | undefined {
  // Whether there is a page is known when the server starts: coming back does not help.
  const isHead = request.raw?.includes("HEAD") === true && body.length === 0;
  if (status === 503 && (isHead || body.includes("The page is not built"))) return undefined;
  if (status === 503 || status === 429)
    return headers.has("retry-after") ? undefined : `${status} without Retry-After`;
  // The caller's own time is over.
  const isTimed = request.headers.some(([name]) => name === "Argus-Timeout-Ms");
  if (status === 504 && (isTimed || request.raw !== undefined)) return undefined;
  // Node's parser refuses another version of HTTP by itself.
  if (request.raw !== undefined && status === 505) return undefined;
  if (status >= 500 || status < 200) return `status ${status}`;
  return undefined;
}

function textProblem(
  world: FuzzWorld,
  request: FuzzRequest,
  answer: LaneAnswer,
  leaks: Leaks,
): string | undefined {
  const text = decoded(answer);
  if (text === undefined) return answer.isWhole ? "an answer that does not decode" : undefined;
  const shape = answer.isWhole ? shapeProblem(request, answer, text) : undefined;
  if (shape !== undefined) return shape;
  const inner = INNER.exec(text)?.[0] ?? leaks.places.find((place) => text.includes(place));
  if (inner !== undefined && !isSent(request, inner)) return `tells of the program: ${inner}`;
  // An admin sees all applications, their members and events.
  if (request.caller === "admin") return undefined;
  const word = world.hiddenWords.find((hidden) => text.includes(hidden));
  if (word !== undefined) return `tells of another tenant: ${word}`;
  const id = world.hiddenIds.find((hidden) => text.includes(hidden) && !isSent(request, hidden));
  return id === undefined ? undefined : `names another tenant's id ${id}`;
}

/** A caller's own words may come back to them; ids in lower case, however they were sent. */
function isSent({ plain, path, headers, raw }: FuzzRequest, word: string): boolean {
  const wanted = word.toLowerCase();
  return [plain.toString("latin1"), path, raw?.toString("latin1") ?? "", ...headers.flat()].some(
    (text) => text.toLowerCase().includes(wanted),
  );
}

function decoded({ headers, body }: LaneAnswer): string | undefined {
  try {
    switch (headers.get("content-encoding")) {
      case "gzip":
        return gunzipSync(body).toString("latin1");
      case "zstd":
        return zstdDecompressSync(body).toString("latin1");
      default:
        return body.toString("latin1");
    }
  } catch {
    return undefined;
  }
}

/** Above it an answer is believed to be JSON: parsing all would cost more than making them. */
const PARSED_BYTES = 65_536;

function shapeProblem(
  request: FuzzRequest,
  { status, headers }: LaneAnswer,
  text: string,
): string | undefined {
  if (request.raw !== undefined) return undefined;
  const isTwirp = /^\/twirp(?:[/?]|$)/.test(request.path);
  const type = headers.get("content-type") ?? "";
  if (isTwirp && status !== 200 && type !== "application/json") return `an error of type ${type}`;
  if (type !== "application/json" || text.length > PARSED_BYTES) return undefined;
  try {
    const value = JSON.parse(Buffer.from(text, "latin1").toString()) as Record<string, unknown>;
    if (isTwirp && status !== 200 && (value["code"] === "internal" || value["msg"] === undefined))
      return `a Twirp error ${String(value["code"])} with ${text}`;
    return undefined;
  } catch {
    return "an answer that is no JSON";
  }
}
