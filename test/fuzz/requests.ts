/**
 * The fuzzer's requests: every RPC in both encodings, and every other endpoint.
 * Invariant: request `n` of a seed is a function of (seed, n) and the world's ids, so that it can be made again alone.
 */
import { ApplicationService } from "../../generated/server/argus/v1/application_service.ts";
import { AuthService } from "../../generated/server/argus/v1/auth_service.ts";
import { InstanceService } from "../../generated/server/argus/v1/instance_service.ts";
import { LogService } from "../../generated/server/argus/v1/log_service.ts";
import { UserService } from "../../generated/server/argus/v1/user_service.ts";
import { type Random, seeded } from "../support/sample-logs.ts";
import { forgedToken } from "./forged-tokens.ts";
import { extraHeaders, headerText } from "./headers.ts";
import { logLine, messageJson } from "./hostile-json.ts";
import type { MessageDescriptor } from "./hostile-json.ts";
import { messageBytes, noiseBytes } from "./hostile-protobuf.ts";
import {
  chance,
  changedText,
  fieldText,
  hostileText,
  type Making,
  oneOf,
} from "./hostile-values.ts";
import { encodedBody, mutated } from "./mutations.ts";
import { queryText } from "./query-texts.ts";
import { FRAMINGS, RAW_BODIES, RAW_METHODS } from "./raw-http.ts";
import type { Caller, FuzzWorld } from "./world.ts";

export interface FuzzRequest {
  readonly n: number;
  /** `LogService/Query json`, `export`: for the report. */
  readonly name: string;
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** `pipelined` shares a connection; `alone` has one; `stream` does not end by itself. */
  readonly kind: "pipelined" | "alone" | "stream";
  /** The body before it was encoded. */
  readonly plain: Buffer;
  /** What is written instead of the request line, the headers and the body. */
  readonly raw?: Buffer;
}

const SERVICES = [LogService, ApplicationService, AuthService, UserService, InstanceService];
interface Rpc {
  readonly name: string;
  readonly service: string;
  readonly request: MessageDescriptor;
}
const RPCS: readonly Rpc[] = SERVICES.flatMap(({ typeName, methods }) =>
  methods.map(({ name, I }) => ({
    name: `${typeName.replace("argus.v1.", "")}/${name}`,
    service: typeName.replace("argus.v1.", ""),
    request: I,
  })),
);
/** What takes most of what callers can write, more often; what changes small rows waits for the disk each time. */
const LOGS = RPCS.filter(({ service }) => service === "LogService");
const SEND_LOGS = RPCS[0] as Rpc;
/** A password is made slow to guess: one of these costs the server as much as fifty others. */
const SLOW = new Set(
  ["Login", "ChangePassword", "ResetPassword", "AcceptInvite"].map((name) => `AuthService/${name}`),
);

/** The names that each run must have been answered and refused under, in each encoding. */
export const RPC_NAMES: readonly string[] = RPCS.map(({ name }) => name);

export function requestOf(world: FuzzWorld, seed: number, n: number): FuzzRequest {
  const { random, wild } = chanceOf(seed, n);
  const kind = random.below(100);
  if (kind < 74) return rpcRequest(world, n, random, wild);
  if (kind < 88) return ndjsonRequest(world, n, random, wild);
  if (kind < 92) return exportRequest(world, n, random, wild);
  if (kind < 95) return otherRequest(world, n, random, wild);
  // Connections of their own cost most of what these do.
  if (kind < 96) return tailRequest(world, n, random, wild);
  if (kind < 97) return rawRequest(world, n, random, wild);
  return rpcRequest(world, n, random, wild);
}

/** One that sends entries. */
export function bodyRequestOf(world: FuzzWorld, seed: number, n: number): FuzzRequest {
  const { random, wild } = chanceOf(seed, n);
  return random.below(3) === 0
    ? ndjsonRequest(world, n, random, wild)
    : rpcRequest(world, n, random, wild, SEND_LOGS);
}

function chanceOf(seed: number, n: number): { random: Random; wild: number } {
  // Seeds of neighbours must not run along the same numbers.
  const random = seeded(Math.imul(seed ^ Math.imul(n + 1, 0x9e3779b1), 0x85ebca6b));
  random.unit();
  return { random, wild: oneOf(random, [0, 0, 0.02, 0.05, 0.1, 0.3]) };
}

function makingOf(world: FuzzWorld, service: string, random: Random, wild: number): Making {
  const query = (): readonly string[] => [queryText(random, wild)];
  return {
    random,
    wild,
    nowSeconds: world.nowSeconds,
    known: (field) =>
      field === "query" ? query() : (knownOf(world, service, field) ?? FIXED[field]),
  };
}

function knownOf(world: FuzzWorld, service: string, field: string): readonly string[] | undefined {
  if (field === "application_id") {
    const own = service === "LogService" ? [world.apps.well, ""] : [world.apps.estate];
    return [...own, ...own, ...own, world.hiddenIds[0] ?? ""];
  }
  return world.ids[field];
}

/** Names and emails are few, so that what is made meets what is there, and stays bounded. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  name: ["made-1", "made-2", "estate", "Some One"],
  title: ["A title", "Título"],
  color: ["#112233", "red", "#fff"],
  email: ["a@example.org", "b@example.org", "nobody@nowhere.test", "disposable@example.org"],
  password: ["a long enough password", "short"],
  current_password: ["wrong password it is"],
  new_password: ["a long enough password", "short"],
  confirm_name: ["made-1", "made-2"],
  setup_code: ["A".repeat(24)],
  page_token: ["", "", "1", "100"],
  time_zone: ["UTC", "Europe/Paris", "Asia/Kathmandu", ""],
  field: ["status", "path", "service", "level", "list.y", "nosuch"],
  prefix: ["", "s", "user"],
  service: ["web", "svc-1", ""],
  host: ["h1", ""],
  message: ["request 1 took 2 ms", "boom ünï", "x"],
  trace_id: ["0af7651916cd43dd8448eb211c80319c", ""],
  span_id: ["b7ad6b7169203331", ""],
  batch_id: ["", "", "0197f000-0000-7000-8000-0000000000a1"],
};

function callerFor(random: Random, service: string): Caller {
  if (random.below(25) === 0) return oneOf(random, ["forged", "nobody"]);
  switch (service) {
    case "LogService":
      return oneOf(random, ["key", "key", "key", "readKey", "ingestKey", "member"]);
    case "ApplicationService":
      return oneOf(random, ["member", "member", "member", "admin", "key"]);
    case "AuthService":
      return oneOf(random, ["member", "member", "nobody", "admin"]);
    default:
      return oneOf(random, ["admin", "admin", "admin", "member", "key"]);
  }
}

function rpcOf(random: Random): Rpc {
  const turn = random.below(10);
  if (turn < 3) return SEND_LOGS;
  const rpc = oneOf(random, turn < 7 ? LOGS : RPCS);
  return SLOW.has(rpc.name) && random.below(4) > 0 ? rpcOf(random) : rpc;
}

function rpcRequest(
  world: FuzzWorld,
  n: number,
  random: Random,
  wild: number,
  rpc: Rpc = rpcOf(random),
): FuzzRequest {
  const making = makingOf(world, rpc.service, random, wild);
  const isJson = random.below(2) === 0;
  let caller = callerFor(random, rpc.service);
  if (rpc.name === "LogService/SendLogs" && caller !== "forged" && caller !== "nobody")
    caller = oneOf(random, ["sinkKey", "sinkKey", "sinkKey", "sinkKey", "sinkKey", "readKey"]);
  // It has thousands of small blocks, which a query opens one by one.
  else if (rpc.service === "LogService" && random.below(400) === 0) caller = "sinkKey";
  const type = isJson ? "application/json" : "application/protobuf";
  let body: Buffer = isJson
    ? Buffer.from(messageJson(making, rpc.request))
    : messageBytes(making, rpc.request);
  if (chance(random, wild / 8)) body = noiseBytes(making);
  if (chance(random, wild)) body = mutated(body, random);
  const path = chance(random, wild / 20)
    ? changedText(`/twirp/argus.v1.${rpc.name}`, random)
    : `/twirp/argus.v1.${rpc.name}`;
  return finished(world, making, {
    n,
    name: `${rpc.name} ${isJson ? "json" : "protobuf"}`,
    caller,
    method: "POST",
    path,
    type,
    body,
  });
}

function ndjsonRequest(world: FuzzWorld, n: number, random: Random, wild: number): FuzzRequest {
  const making = makingOf(world, "LogService", random, wild);
  const isText = random.below(3) === 0;
  const lines = Array.from({ length: random.below(5) }, () =>
    isText ? textLine(random) : logLine(making),
  );
  const asList = !isText && random.below(4) === 0;
  let body: Buffer = Buffer.from(
    asList ? `[${lines.join(",")}]` : lines.join(chance(random, wild) ? "\r\n" : "\n"),
  );
  if (chance(random, wild)) body = mutated(body, random);
  return finished(world, making, {
    n,
    name: isText ? "ndjson text" : "ndjson",
    caller: random.below(25) === 0 ? oneOf(random, ["forged", "nobody", "readKey"]) : "sinkKey",
    method: "POST",
    path: `/ingest/ndjson${parameters(making, ["service", "host", "time", "application_id"])}`,
    type: isText ? "text/plain" : "application/x-ndjson",
    body,
  });
}

const STAMPS = [
  "2026-11-24T10:00:00Z ",
  "2026-11-24 10:00:00,123 ",
  "[2026-11-24 10:00:02.123456789+01:00] ",
  "Nov 24 10:00:01 host app[1]: ",
  "Feb 30 25:61:61 h a: ",
  "<34>1 2026-11-24T10:00:00Z h a - - ",
  "9999-99-99T99:99:99Z ",
  "2026-11-24 10:00:00 upgrade libc6:amd64 ",
  "",
];
function textLine(random: Random): string {
  return oneOf(random, STAMPS) + hostileText(random).slice(0, 400);
}

const ODD_READERS: readonly Caller[] = ["forged", "ingestKey", "member", "nobody"];

function exportRequest(world: FuzzWorld, n: number, random: Random, wild: number): FuzzRequest {
  const making = makingOf(world, "LogService", random, wild);
  const names = [
    "application_id",
    "query",
    "start_time",
    "end_time",
    "ascending",
    "cursor",
    "time_zone",
    "format",
    "fields",
    "ticket",
  ];
  const isForm = random.below(3) === 0;
  const isTicket = random.below(8) === 0;
  const text = parameters(making, names);
  return finished(world, making, {
    n,
    name: isTicket ? "export ticket" : isForm ? "export form" : "export",
    caller: oneOf(random, isTicket || random.below(10) === 0 ? ODD_READERS : ["readKey"]),
    method: isForm || isTicket ? "POST" : "GET",
    path: `/api/v1/export${isTicket ? "/ticket" : ""}${isForm ? "" : text}`,
    type: isForm ? "application/x-www-form-urlencoded" : "",
    body: Buffer.from(isForm ? text.slice(1) : ""),
  });
}

function tailRequest(world: FuzzWorld, n: number, random: Random, wild: number): FuzzRequest {
  const making = makingOf(world, "LogService", random, wild);
  const made = finished(world, making, {
    n,
    name: "tail",
    caller: random.below(10) === 0 ? oneOf(random, ["forged", "ingestKey", "member"]) : "readKey",
    method: "GET",
    path: `/api/v1/tail${parameters(making, ["application_id", "query", "position", "time_zone"])}`,
    type: "",
    body: Buffer.alloc(0),
  });
  const headers: (readonly [string, string])[] = [...made.headers];
  if (random.below(3) === 0)
    headers.push(["Last-Event-ID", headerText(fieldText(making, "position"))]);
  return { ...made, headers, kind: "stream" };
}

const PATHS = [
  "/healthz",
  "/readyz",
  "/metrics",
  "/.well-known/jwks.json",
  "/openapi.json",
  "/descriptors.binpb",
  "/",
  "/signin",
  "/a/well/logs",
  "/assets/none.js",
  "/assets/..%2f..%2fpackage.json",
  "/assets/%2e%2e/%2e%2e/etc/passwd",
  "/assets/%00",
  "/api/v1/nothing",
  "/ingest/",
  "/twirp",
  "/twirp/",
  "/twirp/argus.v1.LogService",
  "/twirp/argus.v1.LogService/",
  "/twirp/argus.v1.LogService/__proto__",
  "/twirp//argus.v1.LogService/Query",
  "//evil.example/",
  "/%",
  "/%ff%fe",
  "/a/%E0%A4%A",
  "/settings/../../x",
];

function otherRequest(world: FuzzWorld, n: number, random: Random, wild: number): FuzzRequest {
  const making = makingOf(world, "LogService", random, wild);
  let path = oneOf(random, PATHS);
  while (chance(random, 0.3))
    path = path.slice(0, 1 + random.below(path.length)) + encodeURI(hostilePath(random));
  return finished(world, making, {
    n,
    name: "other",
    caller: oneOf(random, ["nobody", "key", "forged"]),
    method: random.below(4) === 0 ? "POST" : "GET",
    path,
    type: oneOf(random, ["", "application/json", "text/html"]),
    body: Buffer.alloc(0),
  });
}

function hostilePath(random: Random): string {
  return hostileText(random).slice(0, 100).toWellFormed();
}

/** What no honest client writes: methods, framings and bytes that are no HTTP. */
function rawRequest(world: FuzzWorld, n: number, random: Random, wild: number): FuzzRequest {
  const making = makingOf(world, "LogService", random, wild);
  const path = oneOf(random, [
    "/ingest/ndjson",
    "/twirp/argus.v1.LogService/Query",
    "/twirp/argus.v1.LogService/SendLogs",
    "/api/v1/export",
    "/healthz",
    "*",
    "http://x/healthz",
    "",
  ]);
  const headers = [
    ["Host", "x"],
    ["Authorization", `Bearer ${world.tokens.key}`],
    ["X-Request-Id", requestId(n)],
    ["Content-Type", oneOf(random, ["application/json", "application/protobuf", "text/plain"])],
    // A sender that stops in the middle is told so soon.
    ["Argus-Timeout-Ms", "100"],
    ...oneOf(random, FRAMINGS),
    ...extraHeaders(making),
  ];
  let raw: Buffer = Buffer.from(
    `${oneOf(random, RAW_METHODS)} ${path} HTTP/1.${random.below(2)}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${oneOf(random, RAW_BODIES)}`,
  );
  if (random.below(3) === 0) raw = mutated(raw, random);
  return {
    n,
    name: "raw",
    caller: "key",
    method: "?",
    path,
    headers: [],
    body: Buffer.alloc(0),
    plain: Buffer.alloc(0),
    kind: "alone",
    raw,
  };
}

/** A name by which the server's log tells what it met. */
export function requestId(n: number): string {
  return `fuzz-${n}`;
}

function finished(
  world: FuzzWorld,
  making: Making,
  made: {
    n: number;
    name: string;
    caller: Caller;
    method: string;
    path: string;
    type: string;
    body: Buffer;
  },
): FuzzRequest {
  const { random, wild } = making;
  const { type, ...rest } = made;
  const headers: (readonly [string, string])[] = [["X-Request-Id", requestId(made.n)]];
  const token =
    made.caller === "forged"
      ? forgedToken(random, world.forged, world.tokens.key)
      : world.tokens[made.caller];
  if (token !== "") headers.push(["Authorization", `Bearer ${token}`]);
  let { body } = made;
  if (type !== "")
    headers.push([
      "Content-Type",
      chance(random, wild / 10) ? headerText(changedText(type, random)) : type,
    ]);
  if (chance(random, 0.05 + wild / 4)) {
    const encoded = encodedBody(body, random);
    body = encoded.body;
    headers.push(["Content-Encoding", encoded.name]);
  }
  if (chance(random, 0.1)) headers.push(...extraHeaders(making));
  const path = target(made.path);
  const head = headers.reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    path.length,
  );
  // Node cuts a connection on which more than 16 KB of a head came; whether its 431 arrives is chance.
  const kind = head > MOST_HEAD_BYTES ? "alone" : "pipelined";
  return { ...rest, body, plain: made.body, path, headers, kind };
}

const MOST_HEAD_BYTES = 15_000;

/** As a request line may hold it: printable, without spaces. */
function target(path: string): string {
  const clean = path.replaceAll(/[\u0000-\u0020\u007f-\uffff]/g, "_").slice(0, 12_000);
  return clean.startsWith("/") ? clean : `/${clean}`;
}

function parameters(making: Making, names: readonly string[]): string {
  const { random, wild } = making;
  const parts: string[] = [];
  for (const name of names) {
    if (!chance(random, 0.4)) continue;
    const value = parameterText(making, name);
    const written = chance(random, wild / 4) ? value : encodeURIComponent(value.toWellFormed());
    parts.push(`${name}=${written}`);
    if (chance(random, wild / 2)) parts.push(`${name}=${encodeURIComponent(hostilePath(random))}`);
  }
  if (chance(random, wild / 4)) parts.push("%=%&&=&__proto__=x");
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function parameterText(making: Making, name: string): string {
  const { random, wild } = making;
  if (chance(random, wild)) return hostileText(random);
  switch (name) {
    case "time":
      return oneOf(random, ["line", "", "x"]);
    case "ascending":
      return oneOf(random, ["true", "false", "", "1"]);
    case "format":
      return oneOf(random, ["ndjson", "", "csv"]);
    case "fields":
      return oneOf(random, ["", "", "status"]);
    case "start_time":
    case "end_time":
      return oneOf(random, [
        "now-1h",
        "now",
        "2026-11-24",
        "-15m",
        "1795530000",
        "9e99",
        "now-9999999w",
      ]);
    default:
      return fieldText(making, name);
  }
}
