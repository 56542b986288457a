/**
 * What ts-proto's clients call: Twirp version 7 by fetch, in protobuf. ts-proto's JSON is not the canonical one.
 * Every failure of the server is a TwirpError. Nothing is tried again by itself.
 */
export interface TwirpOptions {
  /** Such as `https://logs.example.org`. */
  readonly url: string;
  readonly token?: string;
  readonly timeoutMs?: number;
}

export class TwirpError extends Error {
  readonly code: string;
  readonly meta: Readonly<Record<string, string>>;
  /** Where the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, msg: string, meta = {}, retryAfterMs?: number) {
    super(msg);
    this.name = "TwirpError";
    this.code = code;
    this.meta = meta;
    this.retryAfterMs = retryAfterMs;
  }
}

interface Rpc {
  request(service: string, method: string, data: Uint8Array): Promise<Uint8Array>;
}

export function twirp({ url, token, timeoutMs = 30_000 }: TwirpOptions): Rpc {
  return {
    async request(service, method, data) {
      const answer = await fetch(`${url}/twirp/${service}/${method}`, {
        method: "POST",
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          "Content-Type": "application/protobuf",
          "Argus-Timeout-Ms": String(timeoutMs),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        body: data as Uint8Array<ArrayBuffer>,
      });
      if (answer.status === 200 && answer.headers.get("content-type") === "application/protobuf")
        return new Uint8Array(await answer.arrayBuffer());
      const body = await answer.text();
      const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
      const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
      const { code, msg, meta } = errorIn(body);
      if (code !== undefined) throw new TwirpError(code, msg ?? "", meta, retryAfterMs);
      // Something between: a proxy, or another program at this address.
      const passing = [429, 502, 503, 504].includes(answer.status);
      const said = { status_code: String(answer.status), body };
      throw new TwirpError(
        passing ? "unavailable" : "internal",
        `no answer of Argus: status ${answer.status}`,
        said,
        retryAfterMs,
      );
    },
  };
}

interface ErrorBody {
  readonly code?: string;
  readonly msg?: string;
  readonly meta?: Readonly<Record<string, string>>;
}

function errorIn(text: string): ErrorBody {
  try {
    return (JSON.parse(text) ?? {}) as ErrorBody;
  } catch {
    return {};
  }
}
