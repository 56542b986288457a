/** Bodies that were right, changed on their way. Invariant: a function of the body and the random source. */
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { Random } from "../support/sample-logs.ts";
import { oneOf } from "./hostile-values.ts";

const EFFORT = {
  zstd: { [constants.ZSTD_c_compressionLevel]: 1 },
  br: { [constants.BROTLI_PARAM_QUALITY]: 1 },
};
type Encode = (plain: Buffer) => Buffer;

/** As little effort as there is: who inflates does the same whatever it was. */
const gzip: Encode = (plain) => Buffer.from(gzipSync(plain, { level: 1 }));
const CODINGS: readonly (readonly [string, Encode])[] = [
  ["gzip", gzip],
  ["zstd", (plain) => Buffer.from(zstdCompressSync(plain, { params: EFFORT.zstd }))],
  ["deflate", (plain) => Buffer.from(deflateSync(plain, { level: 1 }))],
  ["br", (plain) => Buffer.from(brotliCompressSync(plain, { params: EFFORT.br }))],
];

/** Each inflates to more than a message may have. Made once: that costs more than a thousand other bodies. */
const BOMBS: ReadonlyMap<string, Buffer> = new Map(
  CODINGS.map(([name, encode]) => [name, encode(Buffer.alloc(3 << 20, 0x20))]),
);

/** Right, cut short, changed, encoded twice, or named for what it is not; a bomb now and then. */
export function encodedBody(body: Buffer, random: Random): { name: string; body: Buffer } {
  const [name, encode] = oneOf(random, CODINGS);
  const bomb = random.below(400) === 0 ? BOMBS.get(name) : undefined;
  const whole = bomb ?? encode(body);
  switch (random.below(10)) {
    case 0:
      return { name, body: whole.subarray(0, random.below(whole.length + 1)) };
    case 1:
      return { name, body: mutated(whole, random) };
    case 2:
      return { name, body: gzip(whole) };
    case 3:
      return { name: `${name}, ${name}`, body: encode(whole) };
    case 4:
      return { name: oneOf(random, CODINGS)[0], body: whole };
    case 5:
      return { name, body: Buffer.concat([whole, whole]) };
    case 6:
      return {
        name: oneOf(random, ["identity", "lzma", "", "GZIP", "x-gzip", "gzip\u00a0"]),
        body,
      };
    default:
      return { name, body: whole };
  }
}

const SPLICES = [
  "\0",
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\n",
  "\r\n",
  "\ud83d\ude00",
  "1e999",
].map((text) => Buffer.from(text));

/** One to four changes to the bytes. */
export function mutated(body: Buffer, random: Random): Buffer {
  let out: Buffer = Buffer.from(body);
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(out.length + 1);
    const to = Math.min(out.length, at + random.below(12));
    const [head, middle, rest] = [out.subarray(0, at), out.subarray(at, to), out.subarray(to)];
    switch (random.below(6)) {
      case 0:
        if (at < out.length) out[at] = random.below(256);
        break;
      case 1:
        out = Buffer.concat([head, rest]);
        break;
      case 2:
        out = Buffer.concat([head, middle, middle, middle, rest]);
        break;
      case 3:
        out = Buffer.concat([head, oneOf(random, SPLICES), out.subarray(at)]);
        break;
      case 4:
        out = Buffer.concat([head, oneOf(random, SPLICES), rest]);
        break;
      default:
        if (random.below(4) === 0) out = Buffer.from(head);
    }
  }
  return out;
}
