/**
 * Reads and rewrites the frames that the guard of Keyspaces holds back: what a request asks for, where a page ends, what an
 * error says. Invariant: what is not rewritten is passed on byte for byte.
 */
import { bodyOf, HEADER_BYTES, OPCODE, RESULT } from "./cql-frames.ts";

const FLAG = {
  values: 0x01,
  pageSize: 0x04,
  pageState: 0x08,
  serial: 0x10,
  timestamp: 0x20,
  names: 0x40,
} as const;
const META = { global: 0x01, more: 0x02, none: 0x04 } as const;

/** What follows the text of a QUERY or the id of an EXECUTE. */
export interface Parameters {
  readonly consistency: number;
  readonly flags: number;
  /** As sent; undefined for null and for what is left unset. */
  readonly values: readonly (Buffer | undefined)[];
  /** Their count and they themselves, as on the wire. */
  readonly valueBytes: Buffer;
  readonly pageSize: number | undefined;
  readonly pageState: Buffer | undefined;
  readonly serial: number | undefined;
  readonly hasTimestamp: boolean;
  /** What stands behind the state of the page. */
  readonly rest: Buffer;
}

export function readParameters(frame: Buffer, from: number): Parameters {
  let at = from;
  const short = (): number => frame.readUInt16BE((at += 2) - 2);
  const int = (): number => frame.readInt32BE((at += 4) - 4);
  const bytes = (): Buffer | undefined => {
    const length = int();
    return length < 0 ? undefined : frame.subarray(at, (at += length));
  };
  const consistency = short();
  const flags = frame[at++] ?? 0;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(FLAG.names)) throw new Error("the store names no values");
  const start = at;
  const values = has(FLAG.values) ? Array.from({ length: short() }, bytes) : [];
  const valueBytes = frame.subarray(start, at);
  const pageSize = has(FLAG.pageSize) ? int() : undefined;
  const pageState = has(FLAG.pageState) ? bytes() : undefined;
  const rest = frame.subarray(at);
  const serial = has(FLAG.serial) ? short() : undefined;
  return {
    consistency,
    flags,
    values,
    valueBytes,
    pageSize,
    pageState,
    serial,
    hasTimestamp: has(FLAG.timestamp),
    rest,
  };
}

/** @returns the request, asking for another page; `pageState` undefined for the first. @param from of its parameters. */
export function askingFor(
  frame: Buffer,
  from: number,
  parameters: Parameters,
  page: { readonly pageSize: number; readonly pageState: Buffer | undefined },
): Buffer {
  const { consistency, flags, valueBytes, rest } = parameters;
  const head = Buffer.alloc(3);
  head.writeUInt16BE(consistency);
  const state = page.pageState === undefined ? 0 : FLAG.pageState;
  head[2] = (flags & ~FLAG.pageState) | FLAG.pageSize | state;
  return framed(frame, [
    frame.subarray(HEADER_BYTES, from),
    head,
    valueBytes,
    int32(page.pageSize),
    ...(page.pageState === undefined ? [] : [int32(page.pageState.length), page.pageState]),
    rest,
  ]);
}

/** @returns the request with another text: of a QUERY or a PREPARE, which begin with it. */
export function withText(frame: Buffer, text: string): Buffer {
  const end = HEADER_BYTES + 4 + frame.readInt32BE(HEADER_BYTES);
  const bytes = Buffer.from(text);
  return framed(frame, [int32(bytes.length), bytes, frame.subarray(end)]);
}

export function textIn(frame: Buffer): string {
  return frame.toString(
    "utf8",
    HEADER_BYTES + 4,
    HEADER_BYTES + 4 + frame.readInt32BE(HEADER_BYTES),
  );
}

/** @returns whether it holds rows, and the state of the next page; undefined when it is the last. */
export function pageIn(answer: Buffer): { isRows: boolean; next: Buffer | undefined } {
  const at = bodyOf(answer);
  const isRows = answer[4] === OPCODE.result && answer.readInt32BE(at) === RESULT.rows;
  if (!isRows || (answer.readInt32BE(at + 4) & META.more) === 0) return { isRows, next: undefined };
  const length = answer.readInt32BE(at + 12);
  return { isRows, next: answer.subarray(at + 16, at + 16 + length) };
}

/** @returns an answer with the same columns that says where the next page begins; undefined: there is none. */
export function repaged(
  answer: Buffer,
  { keepRows, pageState }: { keepRows: boolean; pageState: Buffer | undefined },
): Buffer {
  const { kind, flags, columns, specs, rows } = readResult(answer);
  const more = pageState === undefined ? 0 : META.more;
  return framed(answer, [
    answer.subarray(HEADER_BYTES, kind + 4),
    int32((flags & ~META.more) | more),
    int32(columns),
    ...(pageState === undefined ? [] : [int32(pageState.length), pageState]),
    answer.subarray(specs, rows),
    keepRows ? answer.subarray(rows) : int32(0),
  ]);
}

/** @returns whether the answer to a compare-and-set says that it applied: in the first column of its row. */
export function saysApplied(answer: Buffer): boolean {
  if (!pageIn(answer).isRows) return false;
  const { rows } = readResult(answer);
  return answer[rows + 8] === 1;
}

/** Where things begin in an answer of rows. */
function readResult(answer: Buffer): {
  kind: number;
  flags: number;
  columns: number;
  specs: number;
  /** Their count, then they. */
  rows: number;
} {
  const kind = bodyOf(answer);
  const flags = answer.readInt32BE(kind + 4);
  const columns = answer.readInt32BE(kind + 8);
  let at = kind + 12;
  if ((flags & META.more) !== 0) at += 4 + Math.max(0, answer.readInt32BE(at));
  const specs = at;
  const string = (): void => void (at += 2 + answer.readUInt16BE(at));
  const type = (): void => {
    const id = answer.readUInt16BE(at);
    at += 2;
    if (id === 0x00) string();
    else if (id === 0x20 || id === 0x22) type();
    else if (id === 0x21) [type, type].forEach((each) => each());
    else if (id > 0x15) throw new Error(`the store has no column of type ${id}`);
  };
  const hasSpecs = (flags & META.none) === 0;
  const isGlobal = (flags & META.global) !== 0;
  if (hasSpecs && isGlobal) [string, string].forEach((each) => each());
  for (let i = 0; hasSpecs && i < columns; i++) {
    if (!isGlobal) [string, string].forEach((each) => each());
    string();
    type();
  }
  return { kind, flags, columns, specs, rows: at };
}

export type WireError =
  | { readonly code: 0x22_00; readonly message: string }
  | { readonly code: 0x12_00; readonly message: string; readonly consistency: number }
  | {
      readonly code: 0x11_00;
      readonly message: string;
      readonly consistency: number;
      readonly writeType: string;
    };

/** @returns the answer to `request` that says so. No replica has answered, of the two that a quorum takes. */
export function errorFrame(request: Buffer, error: WireError): Buffer {
  const parts = [int32(error.code), shortString(error.message)];
  if (error.code !== 0x22_00) {
    const counts = Buffer.alloc(10);
    counts.writeUInt16BE(error.consistency);
    counts.writeInt32BE(2, 6);
    parts.push(counts, error.code === 0x11_00 ? shortString(error.writeType) : Buffer.alloc(1));
  }
  return framed(answerHeader(request, OPCODE.error), parts);
}

export function voidFrame(request: Buffer): Buffer {
  return framed(answerHeader(request, OPCODE.result), [int32(RESULT.void)]);
}

export interface BatchRequest {
  readonly isLogged: boolean;
  /** Ids of prepared ones as hex, or their texts. */
  readonly statements: readonly ({ readonly id: string } | { readonly text: string })[];
  /** The same request with the first `count` of them. */
  first(count: number): Buffer;
}

export function readBatch(frame: Buffer): BatchRequest {
  const isLogged = frame[HEADER_BYTES] === 0;
  let at = HEADER_BYTES + 3;
  const ends: number[] = [at];
  const statements = Array.from({ length: frame.readUInt16BE(HEADER_BYTES + 1) }, () => {
    const isPrepared = frame[at++] === 1;
    const length = isPrepared ? frame.readUInt16BE(at) : frame.readInt32BE(at);
    at += isPrepared ? 2 : 4;
    const what = frame.subarray(at, (at += length));
    let values = frame.readUInt16BE(at);
    for (at += 2; values > 0; values--) at += 4 + Math.max(0, frame.readInt32BE(at));
    ends.push(at);
    return isPrepared ? { id: what.toString("hex") } : { text: what.toString() };
  });
  return {
    isLogged,
    statements,
    first: (count) => {
      const head = Buffer.from(frame.subarray(HEADER_BYTES, HEADER_BYTES + 3));
      head.writeUInt16BE(count, 1);
      return framed(frame, [
        head,
        frame.subarray(HEADER_BYTES + 3, ends[count]),
        frame.subarray(at),
      ]);
    },
  };
}

function answerHeader(request: Buffer, opcode: number): Buffer {
  const header = Buffer.from(request.subarray(0, HEADER_BYTES));
  header[0] = 0x80 | (header[0] ?? 0);
  header[1] = 0;
  header[4] = opcode;
  return header;
}

/** @returns a frame with the header of `like` and another body. */
function framed(like: Buffer, parts: readonly Buffer[]): Buffer {
  const header = Buffer.from(like.subarray(0, HEADER_BYTES));
  header.writeInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    5,
  );
  return Buffer.concat([header, ...parts]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function shortString(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
