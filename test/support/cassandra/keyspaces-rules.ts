/**
 * What Amazon Keyspaces refuses for what is sent with a statement, and how it says that it is busy.
 * Invariant: pure. Sources: its developer guide, "Consistency levels", "Quotas", "Batch" and "Troubleshooting".
 */
import type { Parameters, WireError } from "./keyspaces-frames.ts";
import type { GuardedStatement } from "./keyspaces-statements.ts";

const LEVELS = [
  "ANY",
  "ONE",
  "TWO",
  "THREE",
  "QUORUM",
  "ALL",
  "LOCAL_QUORUM",
  "EACH_QUORUM",
  "SERIAL",
  "LOCAL_SERIAL",
  "LOCAL_ONE",
];
const LOCAL_QUORUM = 6;
const READS: readonly string[] = ["ONE", "LOCAL_QUORUM", "LOCAL_ONE"];
const WRITES: readonly string[] = ["LOCAL_QUORUM"];
const CONDITIONS: readonly string[] = ["LOCAL_SERIAL"];
/** Of 1 MB; a row's names, and its key a second time, count too and are not seen here. */
const MAX_ROW_BYTES = 1_000_000;
const MAX_BATCH = 30;
export const THROTTLES_IN_A_ROW = 2;

/** @returns what is wrong with the consistency or the time of a request. */
export function levelRefusal({ verb }: GuardedStatement, sent: Parameters): string | undefined {
  // Keyspaces would keep it only where it is turned on; the store's times are the server's everywhere.
  if (sent.hasTimestamp) return "Client-side timestamps are not turned on";
  const level = LEVELS[sent.consistency] ?? "";
  if (verb === "select") return among(READS, level);
  const serial = sent.serial === undefined ? undefined : (LEVELS[sent.serial] ?? "");
  return among(WRITES, level) ?? (serial === undefined ? undefined : among(CONDITIONS, serial));
}

function among(supported: readonly string[], level: string): string | undefined {
  if (supported.includes(level)) return undefined;
  return `Consistency level ${level} is not supported for this operation. Supported consistency levels are: ${supported.join(", ")}`;
}

export function tooLarge({ verb }: GuardedStatement, { values }: Parameters): string | undefined {
  if (verb !== "insert" && verb !== "update") return undefined;
  const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
  return bytes > MAX_ROW_BYTES
    ? `The update would cause the row to exceed the maximum row size: ${bytes} bytes`
    : undefined;
}

export function batchRefusal(
  isLogged: boolean,
  statements: readonly GuardedStatement[],
): string | undefined {
  if (isLogged) return "Logged batches are not supported";
  if (statements.length > MAX_BATCH)
    return `A batch of ${statements.length} commands, ${MAX_BATCH} at most`;
  return statements.some(({ isConditional }) => isConditional)
    ? "Only unconditional INSERT, UPDATE, or DELETE commands are permitted in a batch"
    : undefined;
}

/** @returns undefined for a read. */
export function writeTypeOf({ verb, isConditional }: GuardedStatement): string | undefined {
  if (verb === "select") return undefined;
  return isConditional ? "CAS" : "SIMPLE";
}

/** How Keyspaces says that a table, a partition or a connection has no capacity left. */
export function timedOut(writeType: string | undefined): WireError {
  const message = "Operation timed out - received only 0 responses.";
  return writeType === undefined
    ? { code: 0x12_00, message, consistency: LOCAL_QUORUM }
    : { code: 0x11_00, message, consistency: LOCAL_QUORUM, writeType };
}
