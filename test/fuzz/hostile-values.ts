/**
 * What hostile callers put where a value belongs. Invariant: a value depends on nothing but the random source and what it is
 * given, so that a seed and a number give the same input again.
 */
import type { Random } from "../support/sample-logs.ts";

/** What one input is made with. */
export interface Making {
  readonly random: Random;
  /** Chance of something wrong at each place; 0 makes requests of the right shape. */
  readonly wild: number;
  /** What a field of this name may well hold, by its name in the protos. */
  readonly known: (field: string) => readonly string[] | undefined;
  /** Since 1970, when the run began. */
  readonly nowSeconds: number;
}

/** A member of a list; undefined only where the list is empty, which none here is. */
export function oneOf<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)] as T;
}

export function chance(random: Random, probability: number): boolean {
  return random.unit() < probability;
}

const TEXTS: readonly string[] = [
  "",
  " ",
  "a",
  "request 7 took 21 ms",
  "ünï çödé 数据库 🚚",
  "\u0000",
  "\u001b]0;title\u0007\u001b[31mred",
  "\u202egnp.exe",
  "\u2028\u2029\ufeff",
  "\ud800",
  "\udc00x",
  "\u{10ffff}",
  "e\u0301\u0301\u0301",
  "İıſK",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "a.b.c",
  "a..b",
  ".",
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "file:///etc/passwd",
  "'; DROP TABLE record; --",
  '" OR 1=1 --',
  "${jndi:ldap://a/b}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "%00%0d%0aSet-Cookie: a=b",
  "\r\nX-Injected: 1\r\n\r\n",
  "null",
  "undefined",
  "NaN",
  "true",
  "-0",
  "1e999",
  "0x10",
  "18446744073709551616",
  "9007199254740993",
  "-9223372036854775809",
  "1795530000000",
  "2026-11-24T10:00:00Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "275760-09-13T00:00:00Z",
  "2026-02-30T25:61:61+99:99",
  "00000000-0000-0000-0000-000000000000",
  "0197f000-0000-7000-8000-0000000000a1",
  "0197F000-0000-7000-8000-0000000000A1",
  "ffffffff-ffff-7fff-bfff-ffffffffffff",
  "1795530000000000000.0197f000-0000-7000-8000-0000000000a1.0",
  "-1.0197f000-0000-7000-8000-0000000000a1.4294967296",
];

/** Mostly short: what costs by its length has tests of its own. */
export function hostileText(random: Random): string {
  const kind = random.below(24);
  if (kind === 0) return oneOf(random, TEXTS).repeat(1 + random.below(300));
  if (kind === 1) return String.fromCodePoint(random.below(0x10ffff + 1));
  if (kind === 2)
    return Array.from({ length: random.below(40) }, () =>
      String.fromCharCode(random.below(0x300)),
    ).join("");
  if (kind === 3) return oneOf(random, TEXTS) + oneOf(random, TEXTS);
  if (kind === 4) return "x".repeat(random.below(4) === 0 ? 70_000 : 257);
  return oneOf(random, TEXTS);
}

/** A known text of the field, one that was changed a little, or any. */
export function fieldText(making: Making, field: string): string {
  const { random, wild } = making;
  const known = making.known(field);
  if (known === undefined || known.length === 0 || chance(random, wild)) return hostileText(random);
  const text = oneOf(random, known);
  return chance(random, wild) ? changedText(text, random) : text;
}

/** One change: a character dropped, doubled, flipped in case or replaced, the end cut off, or something added. */
export function changedText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const [head, char, tail] = [text.slice(0, at), text.slice(at, at + 1), text.slice(at + 1)];
  switch (random.below(7)) {
    case 0:
      return head + tail;
    case 1:
      return head + char + char + tail;
    case 2:
      return head + (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()) + tail;
    case 3:
      return head + String.fromCharCode(33 + random.below(94)) + tail;
    case 4:
      return head;
    case 5:
      return head + oneOf(random, TEXTS) + char + tail;
    default:
      return text + oneOf(random, TEXTS);
  }
}

const INTEGERS: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  5n,
  9n,
  17n,
  24n,
  25n,
  100n,
  1000n,
  1001n,
  10_000n,
  65_536n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  2n ** 64n,
  -1n,
  -(2n ** 31n) - 1n,
  -(2n ** 63n),
];
/** Small for the most part: the rest is refused at once. */
export function integer(making: Making): bigint {
  const { random, wild } = making;
  return chance(random, 0.05 + wild) ? oneOf(random, INTEGERS) : BigInt(random.below(30));
}

const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.1,
  1.5,
  1e21,
  1e-7,
  5e-324,
  1.7976931348623157e308,
  2 ** 53,
  1e15,
  1_795_530_000,
  1_795_530_000_000,
];
export function double(random: Random): number {
  return random.below(3) === 0 ? random.unit() * 10 ** random.below(20) : oneOf(random, NUMBERS);
}

const NAMES: readonly string[] = [
  "status",
  "path",
  "n",
  "user.id",
  "user",
  "list",
  "duration_ms",
  "a.b.c",
  "",
  ".",
  "a..b",
  "__proto__",
  "constructor",
  "level",
  "time",
  "message",
  "msg",
  "trace_id",
  "service",
  "level_original",
  "exception",
  "user name",
  "\u001b[2J",
  "ключ",
];
export function attributeName(random: Random): string {
  const kind = random.below(20);
  if (kind === 0) return "n".repeat(300);
  if (kind === 1) return hostileText(random).slice(0, 300);
  return oneOf(random, NAMES);
}

/** Seconds since 1970 near now, and sometimes anywhere. */
export function seconds(making: Making): bigint {
  const { random, wild } = making;
  if (chance(random, wild))
    return oneOf(random, [0n, -1n, 253_402_300_800n, -62_135_596_801n, ...INTEGERS]);
  return BigInt(making.nowSeconds) - BigInt(random.below(7_200));
}

export function nanos(making: Making): number {
  return chance(making.random, making.wild)
    ? oneOf(making.random, [-1, 1_000_000_000, 2 ** 31 - 1])
    : making.random.below(1_000_000_000);
}
