/**
 * HTTP from a test, byte for byte: no redirects, no decoding, no retries.
 * Invariant: a call settles with the whole answer or with the socket's error.
 */
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Several parts are sent chunked, without Content-Length, unless `headers` names one. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
}

export function call(port: number, options: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body = "" } = options;
    const parts = Array.isArray(body) ? (body as readonly (string | Uint8Array)[]) : undefined;
    const req = request(
      {
        host: "127.0.0.1",
        port,
        agent: false,
        method: options.method ?? "POST",
        path: options.path,
        headers: {
          ...(parts === undefined ? { "content-length": Buffer.byteLength(body as string) } : {}),
          ...options.headers,
        },
      },
      (res) => {
        const chunks: Buffer[] = [];
        res.on("data", (chunk: Buffer) => chunks.push(chunk));
        res.on("error", reject);
        res.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const { statusCode: status = 0, headers } = res;
          resolve({ status, headers, bytes, text: bytes.toString() });
        });
      },
    );
    req.on("error", reject);
    for (const part of parts ?? []) req.write(part);
    req.end(parts === undefined ? (body as string | Uint8Array) : undefined);
  });
}

/**
 * Sends raw text on a connection and reads until the server closes it.
 * @param then what to write after something has been read, once.
 */
export function rawCall(port: number, text: string, then?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = "";
    let rest = then;
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      read += chunk;
      if (rest !== undefined) socket.write(rest);
      rest = undefined;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(read));
  });
}
