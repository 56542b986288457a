/**
 * What a server asked of the kernel, as strace saw it, held against what an acknowledgement promises.
 * Invariant: calls stand in the order of the trace. A thread stands still at each traced call until its line is
 * written, so a call that had to wait for another stands behind it; `from` and `to` are the lines where a call
 * began and where it returned, and only those are compared, no times.
 *
 * The rules:
 *   1. A batch's answer 200 begins after a sync of the log returned that began after the last write of the
 *      transaction that carries the batch's id; that transaction's writes begin after the request was read.
 *   2. A log transaction that names a block file begins after the file's bytes, its name and each new folder
 *      above it were synced.
 */
import { createReadStream } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";

/** Larger than what SQLite writes at once: a page, so that an id is found wherever it stands in it. */
const SHOWN_BYTES = 16_384;

/** The command that starts a program traced; the tracer is a process of its own and ends with the program. */
export function straceTo(file: string): string[] {
  const calls =
    "fsync,fdatasync,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,pwritev,?mkdir,mkdirat";
  return ["strace", "-D", "-f", "-tt", "-y", "-xx", "-s", `${SHOWN_BYTES}`].concat([
    "-e",
    `trace=${calls}`,
    "-e",
    "signal=none",
    "-o",
    file,
  ]);
}

export interface TracedCall {
  readonly name: string;
  /** Path of the file, or `socket:[n]`, that the call is about; empty when it is about none. */
  readonly target: string;
  /** What went through it, as far as the trace shows it. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

const LINE = /^(\d+) +\S+ (.*)$/s;
const UNFINISHED = / <unfinished \.\.\.>$/;
const RESUMED = /^<\.\.\. \w+ resumed>/;
const CALL = /^(\w+)\((.*)\) += (-?\d+)/s;
const TARGET = /^\d+<([^>]*)>/;
const TEXT = /"((?:\\x[0-9a-f]{2})*)"/g;

/** @returns the calls that succeeded, in the order in which they returned. */
export async function readTrace(file: string): Promise<TracedCall[]> {
  const calls: TracedCall[] = [];
  const begun = new Map<string, { text: string; from: number }>();
  let at = 0;
  for await (const line of createInterface({ input: createReadStream(file, "latin1") })) {
    at++;
    const [, thread = "", rest = ""] = LINE.exec(line) ?? [];
    if (UNFINISHED.test(rest)) {
      begun.set(thread, { text: rest.replace(UNFINISHED, ""), from: at });
      continue;
    }
    const first = RESUMED.test(rest) ? begun.get(thread) : undefined;
    const text = first === undefined ? rest : first.text + rest.replace(RESUMED, "");
    const call = callOf(text, first?.from ?? at, at);
    if (call !== undefined) calls.push(call);
  }
  return calls;
}

function callOf(text: string, from: number, to: number): TracedCall | undefined {
  const [, name = "", args = "", result = "-1"] = CALL.exec(text) ?? [];
  if (Number(result) < 0) return undefined;
  const texts = [...args.matchAll(TEXT)].map(([, hex = ""]) => unescape(hex));
  if (name.startsWith("mkdir"))
    return { name, target: String(texts[0] ?? ""), bytes: Buffer.alloc(0), from, to };
  const target = unescape(TARGET.exec(args)?.[1] ?? "").toString();
  return { name, target, bytes: Buffer.concat(texts), from, to };
}

/** Within `<>` some versions of strace leave plain what needs no escape. */
function unescape(text: string): Buffer {
  if (!text.includes("\\x")) return Buffer.from(text, "latin1");
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}

/** One transaction in the log. */
interface Transaction {
  readonly bytes: Buffer;
  /** Where its first write began and its last one returned. */
  readonly from: number;
  readonly to: number;
}

export interface Findings {
  /** In words, empty when every rule was kept. */
  readonly problems: readonly string[];
  /** Transactions that carry a batch; fewer than batches when commits were shared. */
  readonly commits: number;
  /** Block files that the log names. */
  readonly blockFiles: number;
}

/** @param batches ids of batches that were answered with 200. @param data the server's data folder. */
export function checkSyncs(
  calls: readonly TracedCall[],
  batches: readonly string[],
  data: string,
): Findings {
  const problems: string[] = [];
  const log = `${data}/argus.db-wal`;
  const transactions = transactionsIn(calls.filter((call) => isWrite(call, log)));
  const syncs = calls.filter((call) => isSync(call, log));
  const commits = new Set<Transaction>();
  for (const batch of batches) {
    const commit = transactions.find(({ bytes }) => bytes.includes(packed(batch)));
    if (commit !== undefined) commits.add(commit);
    const problem = problemOfBatch(calls, batch, commit, syncs);
    if (problem !== undefined) problems.push(`batch ${batch}: ${problem}`);
  }
  const files = blockFilesIn(calls, data);
  let blockFiles = 0;
  for (const file of files) {
    const naming = transactions.find(({ bytes }) => bytes.includes(packed(basename(file))));
    if (naming === undefined) continue;
    blockFiles++;
    for (const problem of problemsOfFile(calls, file, naming, data))
      problems.push(`file ${file}: ${problem}`);
  }
  return { problems, commits: commits.size, blockFiles };
}

function problemOfBatch(
  calls: readonly TracedCall[],
  batch: string,
  commit: Transaction | undefined,
  syncs: readonly TracedCall[],
): string | undefined {
  const asked = calls.find(
    (call) => isInput(call) && call.bytes.includes(batch) && call.target.startsWith("socket:"),
  );
  if (asked === undefined) return "its request was not seen";
  const answer = calls.find(
    (call) => call.from > asked.to && isOutput(call) && call.target === asked.target,
  );
  if (answer === undefined) return "its answer was not seen";
  if (!answer.bytes.toString("latin1").startsWith("HTTP/1.1 200 ")) return "its answer is not 200";
  if (commit === undefined) return "it is not in the log";
  if (commit.from < asked.to) return "it is in the log before it was sent";
  if (commit.to > answer.from) return "it was answered before it was in the log";
  const isSynced = syncs.some((sync) => sync.from > commit.to && sync.to < answer.from);
  return isSynced ? undefined : "no sync of the log stands between its last write and its answer";
}

function problemsOfFile(
  calls: readonly TracedCall[],
  file: string,
  naming: Transaction,
  data: string,
): string[] {
  const problems: string[] = [];
  /** Whether `what` was synced after `since` and before the log named the file. */
  const synced = (what: string, since: number): boolean =>
    calls.some((call) => isSync(call, what) && call.from > since && call.to < naming.from);
  const written = Math.max(...calls.filter((call) => isWrite(call, file)).map(({ to }) => to));
  if (written > naming.from) problems.push("it was written after the log named it");
  if (!synced(file, written)) problems.push("its bytes were not synced before the log named it");
  if (!synced(dirname(file), written))
    problems.push("its name was not synced before the log named it");
  for (let folder = dirname(file); folder.length > data.length; folder = dirname(folder)) {
    const made = calls.find(({ name, target }) => name.startsWith("mkdir") && target === folder);
    if (made !== undefined && !synced(dirname(folder), made.to))
      problems.push(`the name of ${folder} was not synced before the log named the file`);
  }
  return problems;
}

const FRAME_HEADER_BYTES = 24;

/**
 * Writes of the log by transaction. A frame is a header and a page; the header of a transaction's last frame has the
 * size of the database in its second word, the others have 0 there (sqlite.org/fileformat2.html, 4.1).
 */
function transactionsIn(writes: readonly TracedCall[]): Transaction[] {
  const all: Transaction[] = [];
  let open: TracedCall[] = [];
  let isLast = false;
  for (const write of writes) {
    open.push(write);
    if (write.bytes.byteLength === FRAME_HEADER_BYTES) {
      isLast = write.bytes.readUInt32BE(4) !== 0;
      continue;
    }
    if (!isLast) continue;
    all.push({
      bytes: Buffer.concat(open.map(({ bytes }) => bytes)),
      from: open[0]?.from ?? write.from,
      to: write.to,
    });
    open = [];
    isLast = false;
  }
  return all;
}

function blockFilesIn(calls: readonly TracedCall[], data: string): Set<string> {
  const found = new Set<string>();
  for (const call of calls)
    if (call.target.startsWith(`${data}/blocks/`) && isWrite(call, call.target))
      found.add(call.target);
  return found;
}

/** As the database keeps an id. */
function packed(id: string): Buffer {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

function isSync(call: TracedCall, path: string): boolean {
  return call.target === path && (call.name === "fsync" || call.name === "fdatasync");
}

function isWrite(call: TracedCall, path: string): boolean {
  return call.target === path && (call.name.startsWith("pwrite") || call.name.startsWith("write"));
}

function isInput({ name }: TracedCall): boolean {
  return name.startsWith("read") || name.startsWith("recv");
}

function isOutput({ name }: TracedCall): boolean {
  return name.startsWith("write") || name.startsWith("send");
}
