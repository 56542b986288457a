/** Seeded mutations of valid requests against a real server: never a 500, and the server is well afterwards. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { QueryRequest, SendLogsRequest } from "../../generated/server/argus/v1/log_service.ts";
import { search, send } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { type Answer, call } from "../support/http-call.ts";
import { seeded } from "../support/sample-logs.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";

const MUTATIONS = 2_000;
const SEED = 20_261_124;

let argus: ArgusProcess;
let key = "";

beforeAll(async () => {
  argus = await startArgus();
  key = (await makeApplication(argus.url, "fuzz")).secret;
  await send(
    argus.url,
    key,
    Array.from({ length: 50 }, (_, n) => ({
      message: `request ${n} took ${n * 3} ms`,
      level: n % 2 === 0 ? "LEVEL_INFO" : "LEVEL_ERROR",
      service: `svc-${n % 5}`,
      attributes: { status: 200 + n, path: `/a/${n}`, list: [n, "x", { y: n }] },
    })),
  );
});
afterAll(() => argus[Symbol.asyncDispose]());

const time = { seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 7 };
const SEND = SendLogsRequest.create({
  service: "fuzz",
  entries: [
    { time, level: 17, message: "boom ünï", traceId: "0af7651916cd43dd8448eb211c80319c" },
    {
      message: "two",
      attributes: {
        fields: {
          a: { kind: { oneofKind: "numberValue", numberValue: 1.5 } },
          b: { kind: { oneofKind: "stringValue", stringValue: "text" } },
        },
      },
    },
  ],
});
const QUERIES = [
  'level:error service:svc-* "took" -path:/a/3 status:>=210 | stats count() by service | sort count desc | limit 10',
  "status:[200 TO 300} AND (message:/re(q|x)uest.*ms/ OR NOT _exists_:path)",
  "* | timechart 1m count() by level",
  "request | parse 'request <n> took <ms> ms' | stats avg(ms) p95(ms) by service",
  'list.y:3 | top 5 by path | where count > 0 | fields path, "count"',
  "| patterns | dedup service | rare status | context 3",
] as const;
const LINES =
  '{"level":"warn","msg":"one","time":1795530000000,"nested":{"a":[1,2,{"b":null}]}}\n{"message":"two","severity":"ERROR"}\n';
const TEXT =
  "2026-11-24T10:00:00Z first\nNov 24 10:00:01 host app[1]: second\n[2026-11-24 10:00:02,123] x\n";

interface Template {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

const json = (path: string, body: object): Template => ({
  path: `/twirp/argus.v1.${path}`,
  type: "application/json",
  body: Buffer.from(JSON.stringify(body)),
});
const protobuf = (path: string, body: Uint8Array): Template => ({
  path: `/twirp/argus.v1.${path}`,
  type: "application/protobuf",
  body: Buffer.from(body),
});
const TEMPLATES: readonly Template[] = [
  json("LogService/SendLogs", SendLogsRequest.toJson(SEND) as object),
  protobuf("LogService/SendLogs", SendLogsRequest.toBinary(SEND)),
  ...QUERIES.flatMap((query) => [
    json("LogService/Query", { query, limit: 5, ascending: true, time_zone: "Europe/Paris" }),
    protobuf("LogService/Query", QueryRequest.toBinary(QueryRequest.create({ query, limit: 5 }))),
    json("LogService/GetHistogram", { query: query.split("|")[0] ?? "", max_buckets: 10 }),
  ]),
  json("LogService/ListFields", { prefix: "s", page_size: 3 }),
  json("LogService/ListFieldValues", { field: "status", query: "request", page_size: 3 }),
  json("LogService/GetEntry", { id: "1795530000000000000.0197f000-0000-7000-8000-0000000000a1.0" }),
  json("LogService/GetContext", {
    id: "1795530000000000000.0197f000-0000-7000-8000-0000000000a1.0",
    before: 3,
  }),
  json("AuthService/RefreshSession", { refresh_token: "x.y" }),
  json("AuthService/GetMe", {}),
  json("ApplicationService/CreateApplication", { name: "a", title: "b", retention_days: 3 }),
  {
    path: "/ingest/ndjson?service=s&host=h",
    type: "application/x-ndjson",
    body: Buffer.from(LINES),
  },
  { path: "/ingest/ndjson?time=line", type: "text/plain", body: Buffer.from(TEXT) },
];
const SPLICES = [
  "\0",
  "\u{1f600}",
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  "|",
  "(",
  ")",
  "/",
  "*",
  ":",
  "-",
  "1e999",
  "null",
  "NaN",
  "\\ud800",
  "18446744073709551616",
  "-1",
  "0001-01-01T00:00:00Z",
  "__proto__",
  "constructor",
  "NOT ",
  " OR ",
  "\n",
].map((text) => Buffer.from(text));
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  { "content-encoding": "gzip" },
  { "content-encoding": "identity" },
  { "accept-encoding": "zstd;q=0.1, gzip;q=x, *" },
  { "argus-timeout-ms": "0" },
  { "argus-timeout-ms": "1" },
  { "idempotency-key": "not-an-id" },
  { "idempotency-key": "0197f000-0000-7000-8000-0000000000a1" },
  { "x-request-id": "\u00e9 \u00ff" },
  { "x-forwarded-for": "1.2.3.4, ::1" },
  { "argus-session": "cookie", cookie: "argus_refresh=;;=" },
  { origin: "null" },
  { authorization: "Bearer" },
  { "content-type": "application/json; charset=latin1" },
  { "content-type": "multipart/form-data" },
];

type Random = ReturnType<typeof seeded>;

function mutate(body: Buffer, random: Random): Buffer {
  let out = Buffer.from(body);
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(out.length + 1);
    const to = Math.min(out.length, at + random.below(12));
    const [head, middle, tail] = [out.subarray(0, at), out.subarray(at, to), out.subarray(to)];
    const splice = SPLICES[random.below(SPLICES.length)] ?? Buffer.alloc(0);
    switch (random.below(6)) {
      case 0:
        if (at < out.length) out[at] = random.below(256);
        break;
      case 1:
        out = Buffer.concat([head, tail]);
        break;
      case 2:
        out = Buffer.concat([head, middle, middle, middle, tail]);
        break;
      case 3:
        out = Buffer.concat([head, splice, out.subarray(at)]);
        break;
      case 4:
        out = Buffer.concat([head, splice, tail]);
        break;
      default:
        if (random.below(4) === 0) out = Buffer.from(head);
    }
  }
  return out;
}

test(`${MUTATIONS} mutated requests of seed ${SEED} get no 500, and the server is well afterwards`, async () => {
  const random = seeded(SEED);
  const port = Number(new URL(argus.url).port);
  const bad: string[] = [];
  const statuses = new Map<number, number>();
  const one = async (): Promise<void> => {
    const template = TEMPLATES[random.below(TEMPLATES.length)];
    if (template === undefined) return;
    const body = mutate(template.body, random);
    const extra = random.below(4) === 0 ? (HEADERS[random.below(HEADERS.length)] ?? {}) : {};
    const headers = { authorization: `Bearer ${key}`, "content-type": template.type, ...extra };
    const answer: Answer = await call(port, { path: template.path, headers, body });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    // A caller whose own millisecond is over is told so; 503 is for too much at once, which eight callers are not.
    const isOver = answer.status === 504 && "argus-timeout-ms" in extra;
    if (answer.status >= 500 && !isOver)
      bad.push(
        `${answer.status} ${template.path} ${JSON.stringify(extra)} ${body.toString("base64")}`,
      );
  };
  for (let n = 0; n < MUTATIONS; n += 8) await Promise.all(Array.from({ length: 8 }, one));
  expect(bad).toEqual([]);
  // Mutations that all fail at the first check would find nothing.
  expect(statuses.get(200)).toBeGreaterThan(MUTATIONS / 10);
  expect(statuses.get(400)).toBeGreaterThan(MUTATIONS / 10);
  expect(argus.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect((await fetch(`${argus.url}/readyz`)).status).toBe(200);
  await send(argus.url, key, [{ message: "afterwards" }]);
  expect((await search(argus.url, key, "afterwards")).entries).toHaveLength(1);
}, 60_000);
