/**
 * Seeded log entries that look like a shop's: for benchmarks, demos and laws.
 * Invariant: the same seed gives the same entries; times ascend but for a disorder of up to 400 ms.
 * About 280 bytes an entry as NDJSON, of which about 70 are the message.
 */

export interface SampleEntry {
  /** Nanoseconds since 1970. */
  readonly timeNanos: bigint;
  readonly severity: number;
  readonly message: string;
  readonly service: string;
  readonly host: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  hex(digits: number): string;
}

/** Source of the generator: mulberry32, public domain, Tommy Ettinger. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(unit() * n);
  return {
    unit,
    below,
    pick: (from) => from[below(from.length)] ?? from[0],
    hex(digits) {
      let text = "";
      while (text.length < digits) text += below(0x1000000).toString(16).padStart(6, "0");
      return text.slice(0, digits);
    },
  };
}

const SERVICES = [
  "gateway",
  "checkout",
  "payments",
  "cart",
  "catalog",
  "search",
  "auth",
  "users",
  "orders",
  "inventory",
  "shipping",
  "pricing",
  "mailer",
  "media",
  "reviews",
  "ledger",
  "fraud",
  "reports",
  "webhooks",
  "scheduler",
  "sessions",
  "images",
  "exports",
  "admin",
] as const;

const PATHS = [
  "/api/v1/orders",
  "/api/v1/cart",
  "/api/v1/products",
  "/api/v1/users",
  "/healthz",
  "/login",
  "/checkout",
] as const;
const METHODS = ["GET", "GET", "GET", "GET", "POST", "PUT", "DELETE"] as const;
const NON_ASCII = [
  "Köln",
  "naïve façade",
  "数据库连接超时",
  "žluťoučký kůň",
  "🚚 dispatched",
] as const;

type Template = (r: Random) => string;
const CALM: readonly [Template, ...Template[]] = [
  (r) => `request completed in ${r.below(900)} ms, ${r.below(64)} rows returned`,
  (r) => `cache hit for key product:${r.below(90_000)} ttl=${r.below(600)}s`,
  (r) => `session ${r.hex(12)} resumed for user ${r.below(50_000)}`,
  (r) => `published event order.created offset=${r.below(9_000_000)} partition=${r.below(24)}`,
  (r) =>
    `connection from 10.${r.below(256)}.${r.below(256)}.${r.below(256)}:${1024 + r.below(60_000)} accepted`,
  (r) => `job ${r.hex(8)} finished: ${r.below(500)} items in ${r.below(30)}.${r.below(10)} s`,
  (r) => `GET /api/v1/products/${r.below(90_000)} 200 ${r.below(400)}ms`,
  (r) => `flushed ${r.below(4000)} records to segment ${r.hex(10)}`,
];
const LOUD: readonly [Template, ...Template[]] = [
  (r) =>
    `upstream payments-${r.below(4)} timed out after ${1000 * (1 + r.below(30))} ms, retry ${r.below(5)} of 5`,
  (r) => `connection refused: 10.0.${r.below(256)}.${r.below(256)}:5432`,
  (r) => `charge failed: card declined for order ord_${r.hex(8)}`,
  (r) => `pool exhausted: 64 of 64 busy, ${r.below(200)} waiting`,
  (r) =>
    `deadlock found when trying to get lock on table orders, transaction ${r.below(9_000_000)}`,
  (r) => `slow query took ${r.below(9000)}.${r.below(100)} ms on replica ${r.below(6)}`,
];

/**
 * @param count entries to make.
 * @param startMs time of the first, ms since 1970.
 * @param stepMs mean distance of two entries in milliseconds, may be a fraction.
 */
export function sampleLogs(
  count: number,
  seed: number,
  startMs: number,
  stepMs: number,
): SampleEntry[] {
  const r = seeded(seed);
  const out: SampleEntry[] = [];
  let trace = r.hex(32);
  for (let i = 0; i < count; i++) {
    if (r.below(5) === 0) trace = r.hex(32);
    out.push(sampleEntry(r, trace, startMs + i * stepMs - r.below(400)));
  }
  return out;
}

function sampleEntry(r: Random, trace: string, timeMs: number): SampleEntry {
  const severity = sampleSeverity(r);
  const loud = severity >= 13;
  // Squared: a few services write most of the log.
  const service = SERVICES[Math.floor(r.unit() ** 2 * SERVICES.length)] ?? SERVICES[0];
  const attributes: Record<string, string | number | boolean> = {};
  if (r.unit() < 0.8) attributes["user_id"] = `u_${Math.floor(r.unit() ** 3 * 50_000)}`;
  if (r.unit() < 0.7) {
    const path = r.pick(PATHS);
    attributes["method"] = r.pick(METHODS);
    attributes["path"] =
      path === "/healthz" || path === "/login" ? path : `${path}/${r.below(90_000)}`;
    attributes["status"] = loud
      ? r.pick([500, 502, 503, 504, 429])
      : r.pick([200, 200, 200, 201, 204, 304, 404]);
    attributes["duration_ms"] = Math.round(r.unit() ** 4 * 3_000_000) / 1000;
  }
  if (r.unit() < 0.1) attributes["cached"] = r.unit() < 0.5;
  let message = r.pick(loud ? LOUD : CALM)(r);
  if (r.unit() < 0.004) message += ` ${r.pick(NON_ASCII)}`;
  if (severity >= 17 && r.unit() < 0.3) {
    attributes["exception.type"] = r.pick(["TimeoutError", "ConnectionError", "CardDeclined"]);
    attributes["exception.stacktrace"] = stack(r);
  }
  const traced = r.unit() < 0.9;
  return {
    timeNanos: BigInt(Math.floor(timeMs)) * 1_000_000n + BigInt(r.below(1_000_000)),
    severity,
    message,
    service,
    host: `${service}-${r.below(4)}`,
    traceId: traced ? trace : "",
    spanId: traced ? r.hex(16) : "",
    attributes,
  };
}

function sampleSeverity(r: Random): number {
  const roll = r.unit();
  if (roll < 0.85) return 9;
  if (roll < 0.93) return 5;
  if (roll < 0.975) return 13;
  if (roll < 0.999) return 17;
  return 21;
}

function stack(r: Random): string {
  let text = "Error: upstream failed";
  for (let depth = 3 + r.below(9); depth > 0; depth--)
    text += `\n    at ${r.pick(["handle", "charge", "connect", "query"])} (/srv/app/src/${r.pick(["pay", "db", "http"])}.js:${r.below(900)}:${r.below(80)})`;
  return text;
}

/** @returns the entry as the JSON object a program would log. */
export function sampleJson(entry: SampleEntry): Record<string, unknown> {
  const seconds = new Date(Number(entry.timeNanos / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = String(entry.timeNanos % 1_000_000_000n).padStart(9, "0");
  return {
    time: `${seconds}.${fraction}Z`,
    level: entry.severity,
    message: entry.message,
    service: entry.service,
    host: entry.host,
    ...(entry.traceId === "" ? {} : { trace_id: entry.traceId, span_id: entry.spanId }),
    attributes: entry.attributes,
  };
}
