/** Headers that requests may have beside their own. Invariant: each is one line that a request can hold. */
import { hostileText, type Making, oneOf } from "./hostile-values.ts";

/** As a header may hold it: HTTP ends one at a line break, and Node refuses other control characters. */
export function headerText(text: string): string {
  return Buffer.from(text.replaceAll(/[\u0000-\u001f\u007f]/g, ""), "utf8")
    .toString("latin1")
    .slice(0, 4_000)
    .replaceAll(/[\u0080-\u009f]/g, "?")
    .trim();
}

const EXTRA: readonly (readonly [string, readonly string[]])[] = [
  ["Accept-Encoding", ["gzip", "zstd", "zstd;q=0.1, gzip;q=x, *", "br", "gzip;q=0", ",,,;;"]],
  ["Argus-Timeout-Ms", ["0", "1", "-1", "1e3", "120001", "99999999999", "x"]],
  ["Idempotency-Key", ["not-an-id", "0197f000-0000-7000-8000-0000000000a1", ""]],
  ["X-Forwarded-For", ["1.2.3.4, ::1", "x".repeat(300), ",,"]],
  ["X-Forwarded-Proto", ["https", "x"]],
  ["Argus-Session", ["cookie", "x"]],
  ["Cookie", ["argus_refresh=;;=", "argus_refresh=a.b", "=", "a=b; argus_refresh=%00"]],
  ["Origin", ["null", "http://evil.example", "http://127.0.0.1"]],
  ["Accept", ["text/html", "*/*", "application/json;q=x"]],
  ["Range", ["bytes=0-1", "bytes=-1", "bytes=0-,1-,2-,3-"]],
  ["If-None-Match", ['"x"', "*"]],
  ["Last-Event-ID", ["0", "x.y", "-1"]],
  ["Content-Language", ["x".repeat(2_000)]],
  ["Traceparent", ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x"]],
];

export function extraHeaders({ random }: Making): (readonly [string, string])[] {
  return Array.from({ length: 1 + random.below(3) }, () => {
    const [name, values] = oneOf(random, EXTRA);
    return [
      name,
      random.below(6) === 0 ? headerText(hostileText(random)) : oneOf(random, values),
    ] as const;
  });
}
