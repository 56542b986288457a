/**
 * One hour of a shop whose card processor slows down at its 52nd minute: what the pictures of the page show.
 * Invariant: the same entries on every run, their times included; the hour before is an ordinary one, with an error now
 * and then, so that what has changed stands out and nothing else does.
 */
import { seeded, type Random } from "../sample-logs.ts";

/** The page's present. */
export const NOW_MS = Date.UTC(2026, 10, 24, 14, 10, 2);
const START_MS = Date.UTC(2026, 10, 24, 13, 10);
const SLOW_MS = Date.UTC(2026, 10, 24, 14, 2);
const ENTRIES = 3600;
/** Of one trace. */
const TOGETHER = 6;

type Entry = Record<string, unknown>;
type Traced = Entry & { readonly trace_id?: string };
type Request = readonly [method: string, path: string, status: number];
type Kind = (r: Random, isSlow: boolean) => Entry;

const LEVELS = { debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

function entry(
  level: keyof typeof LEVELS,
  service: string,
  host: string,
  message: string,
  attributes: object,
): Entry {
  return { level: LEVELS[level], service, host, message, attributes };
}

const hosts = (r: Random): string => r.pick(["pay-7d9f-x2k", "pay-7d9f-m4q", "pay-7d9f-b01"]);
const region = (r: Random): string => r.pick(["eu-1", "eu-1", "eu-2", "us-1"]);
const order = (r: Random): string => `ord_${r.hex(6)}`;

const REQUESTS: readonly [Request, ...Request[]] = [
  ["GET", "/v1/cart", 200],
  ["GET", "/v1/products", 200],
  ["POST", "/v1/checkout", 201],
  ["GET", "/v1/session", 304],
];

const gateway: Kind = (r, isSlow) => {
  const [method, path, usual] = r.pick(REQUESTS);
  const fails = isSlow && path === "/v1/checkout" && r.unit() < 0.7;
  const status = fails ? 504 : usual;
  const ms = fails ? 30_000 + r.below(500) : 4 + r.below(200);
  return entry("info", "gateway", `edge-${r.below(3)}`, `${method} ${path} ${status}`, {
    ms,
    path,
    region: region(r),
    status,
  });
};

const checkout: Kind = (r, isSlow) =>
  isSlow && r.unit() < 0.5
    ? entry(
        "error",
        "checkout",
        `shop-${r.below(4)}`,
        "payment declined by gateway, order released",
        {
          order: order(r),
          reason: "timeout",
        },
      )
    : r.pick([
        () =>
          entry("info", "checkout", `shop-${r.below(4)}`, "order placed", {
            items: 1 + r.below(6),
            order: order(r),
            total: `${10 + r.below(90)}.${r.below(10)}0 EUR`,
          }),
        () =>
          entry("debug", "checkout", `shop-${r.below(4)}`, "price cache hit", {
            age_s: r.below(60),
            key: `px:eur:${80_000 + r.below(9000)}`,
          }),
      ] as const)();

const payments: Kind = (r, isSlow) => {
  const provider = r.unit() < (isSlow ? 0.9 : 0.6) ? "northpay" : "stella";
  const host = hosts(r);
  const roll = r.unit();
  if (!isSlow) {
    if (roll < 0.01) return timedOut(r, host, provider);
    return roll < 0.06
      ? entry("warn", "payments", host, "retrying charge in 2.0 s", { attempt: 2, provider })
      : entry("info", "payments", host, "charge captured", {
          attempt: 1,
          ms: 90 + r.below(90),
          provider,
        });
  }
  if (roll < 0.03)
    return entry(
      "fatal",
      "payments",
      host,
      "worker 3 stopped: heap limit reached with 118 requests waiting",
      {
        pid: 4411,
        rss_mb: 1536,
      },
    );
  if (roll < 0.5) return timedOut(r, host, provider);
  return entry("warn", "payments", host, "retrying charge in 4.0 s", { attempt: 2, provider });
};

function timedOut(r: Random, host: string, provider: string): Entry {
  return entry("error", "payments", host, "charge failed: upstream timeout after 30000 ms", {
    amount: 20 + r.below(900) / 10,
    attempt: 3,
    error: { code: "ETIMEDOUT", stack: STACK },
    http: { status: 504, url: "https://api.northpay.io/v2/charges" },
    provider,
    release: "payments@4.18.2",
  });
}

const STACK = [
  "TimeoutError: 30000 ms",
  "    at Charge.send (/srv/payments/src/charge.js:88:11)",
  "    at async retry (/srv/payments/src/retry.js:31:7)",
  "    at async handle (/srv/payments/node_modules/router/index.js:140:3)",
].join("\n");

/** What comes while somebody looks: as it went before, in the second of the present. */
export function arrivals(): readonly object[] {
  const r = seeded(1410);
  return Array.from({ length: 12 }, (_, at) =>
    timed(r.pick([gateway, checkout, payments] as const)(r, true), NOW_MS - 500 + at, r),
  );
}

/** @returns the entries as `SendLogs` takes them, oldest first. */
export function incident(): readonly object[] {
  const r = seeded(1402);
  const made: Traced[] = [];
  for (let at = -ENTRIES; at < ENTRIES; at++) {
    const ms = START_MS + at * 1000;
    const isSlow = ms >= SLOW_MS && r.unit() < 0.6;
    const kind = r.pick([gateway, gateway, gateway, checkout, checkout, payments] as const);
    made.push(timed(kind(r, isSlow), ms, r));
    if (isSlow && r.unit() < 0.7) made.push(timed(payments(r, true), ms + 400, r));
  }
  return made.map((one, at) => {
    const { trace_id } = made[at - (at % TOGETHER)] ?? {};
    return trace_id === undefined || one.trace_id === undefined ? one : { ...one, trace_id };
  });
}

function timed(one: Entry, ms: number, r: Random): Traced {
  return {
    ...one,
    time: new Date(ms + r.below(400)).toISOString(),
    ...(r.unit() < 0.8 ? { trace_id: r.hex(32), span_id: r.hex(16) } : {}),
  };
}
