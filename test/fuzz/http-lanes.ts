/**
 * Many requests over few connections, as bytes. Node's own client costs more than the server's answer.
 * Invariant: each request settles once, with its whole answer or with undefined when the connection ended before it; after an
 * answer that ends the connection, the requests behind it go over another one.
 */
import { connect, type Socket } from "node:net";

export interface LaneAnswer {
  readonly status: number;
  /** Names in lower case; the last of several. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether all of it came; not so where its sender left before, and no more can be said of its body. */
  readonly isWhole: boolean;
}

const CRLF = Buffer.from("\r\n");
const HEAD_END = Buffer.from("\r\n\r\n");
/** Above what any answer may take. */
const ALONE_MS = 130_000;

interface Waiting {
  readonly bytes: Buffer;
  readonly settle: (answer: LaneAnswer | undefined) => void;
}

/** Connections that requests share, `depth` at a time on each. */
export class HttpLanes implements Disposable {
  readonly #port: number;
  readonly #lanes: Lane[] = [];

  constructor(port: number, count: number) {
    this.#port = port;
    for (let n = 0; n < count; n++) this.#lanes.push(new Lane(port));
  }

  /** Over whichever connection has least to do. */
  send(bytes: Buffer): Promise<LaneAnswer | undefined> {
    let best = this.#lanes[0];
    for (const lane of this.#lanes)
      if (best === undefined || lane.waiting < best.waiting) best = lane;
    return new Promise((settle) => best?.push({ bytes, settle }));
  }

  /** See `askAlone`. */
  sendAlone(bytes: Buffer, quietMs: number, isStream: boolean): Promise<LaneAnswer | undefined> {
    return askAlone(this.#port, bytes, quietMs, isStream);
  }

  [Symbol.dispose](): void {
    for (const lane of this.#lanes) lane.end();
  }
}

/**
 * Over a connection of its own, of which nobody else's answer depends.
 * @param quietMs how long nothing must come before its sender leaves; @param isStream leaves after the first event.
 */
function askAlone(
  port: number,
  bytes: Buffer,
  quietMs: number,
  isStream: boolean,
): Promise<LaneAnswer | undefined> {
  return new Promise((settle) => {
    let read: Buffer = Buffer.alloc(0);
    const socket = connect(port, "127.0.0.1");
    const end = (): void => {
      socket.destroy();
      settle(parseAnswer(read, true)?.answer);
    };
    socket.on("data", (chunk: Buffer) => {
      read = read.length === 0 ? chunk : Buffer.concat([read, chunk]);
      if (parseAnswer(read, false) !== undefined) end();
      else if (isStream && read.lastIndexOf("\n\n") > read.indexOf(HEAD_END)) end();
    });
    socket.on("error", () => undefined);
    socket.on("close", end);
    socket.setTimeout(quietMs, end);
    socket.write(bytes);
  });
}

class Lane {
  readonly #port: number;
  #socket: Socket | undefined;
  #read: Buffer = Buffer.alloc(0);
  #waiting: Waiting[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  push(one: Waiting): void {
    this.#waiting.push(one);
    (this.#socket ?? this.#connect()).write(one.bytes);
  }

  end(): void {
    const left = this.#waiting;
    this.#waiting = [];
    this.#socket?.destroy();
    for (const one of left) one.settle(undefined);
  }

  #connect(): Socket {
    const socket = connect(this.#port, "127.0.0.1");
    socket.setNoDelay(true);
    this.#socket = socket;
    this.#read = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => this.#onData(socket, chunk));
    socket.on("close", () => {
      if (this.#socket === socket) this.#onEnd(false);
    });
    return socket;
  }

  #onData(socket: Socket, chunk: Buffer): void {
    if (this.#socket !== socket) return;
    this.#read = this.#read.length === 0 ? chunk : Buffer.concat([this.#read, chunk]);
    for (;;) {
      const parsed = parseAnswer(this.#read, false);
      if (parsed === undefined) return;
      this.#read = this.#read.subarray(parsed.end);
      this.#waiting.shift()?.settle(parsed.answer);
      if (parsed.answer.headers.get("connection") === "close") {
        this.#onEnd(true);
        return;
      }
    }
  }

  /**
   * What is left goes over another connection. Where no answer said that this one ends, any of them may be why, also one
   * behind those that then had no answer: each is asked alone.
   */
  #onEnd(isSaid: boolean): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    const left = this.#waiting;
    this.#waiting = [];
    for (const one of left)
      if (isSaid) this.push(one);
      else void askAlone(this.#port, one.bytes, ALONE_MS, false).then(one.settle);
  }
}

/** @param ended takes what there is for the body, as the connection is over. @returns undefined while not all is there. */
function parseAnswer(
  bytes: Buffer,
  ended: boolean,
): { answer: LaneAnswer; end: number } | undefined {
  let from = 0;
  for (;;) {
    const headEnd = bytes.indexOf(HEAD_END, from);
    if (headEnd < 0) return undefined;
    const [first = "", ...lines] = bytes.toString("latin1", from, headEnd).split("\r\n");
    const status = Number(first.slice(9, 12));
    from = headEnd + HEAD_END.length;
    if (status < 200 && status !== 101) continue;
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const body = hasNoBody(status)
      ? { bytes: bytes.subarray(from, from), end: from }
      : headers.get("transfer-encoding") === "chunked"
        ? chunkedBody(bytes, from)
        : plainBody(bytes, from, headers.get("content-length"));
    if (body !== undefined)
      return { answer: { status, headers, body: body.bytes, isWhole: true }, end: body.end };
    if (!ended) return undefined;
    const rest = bytes.subarray(from);
    return { answer: { status, headers, body: rest, isWhole: false }, end: bytes.length };
  }
}

/** Such an answer ends with its head, and says no length. */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

interface Body {
  readonly bytes: Buffer;
  readonly end: number;
}

function plainBody(bytes: Buffer, from: number, declared: string | undefined): Body | undefined {
  if (declared === undefined) return undefined;
  const end = from + Number(declared);
  return end > bytes.length ? undefined : { bytes: bytes.subarray(from, end), end };
}

function chunkedBody(bytes: Buffer, from: number): Body | undefined {
  const parts: Buffer[] = [];
  for (let at = from; ;) {
    const lineEnd = bytes.indexOf(CRLF, at);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + CRLF.length;
    const next = start + length + CRLF.length;
    if (next > bytes.length) return undefined;
    if (length === 0) return { bytes: Buffer.concat(parts), end: next };
    parts.push(bytes.subarray(start, start + length));
    at = next;
  }
}
