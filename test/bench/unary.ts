/**
 * A small unary call with an API key, against stock twirp-ts under express in the same run, in both encodings.
 * Invariant: the servers take turns, so that what else the machine does meets both alike; each figure is the median of
 * its turns, and a ratio is of medians.
 */
import { GetApplicationRequest } from "../../generated/server/argus/v1/application_service.ts";
import { makeApplication } from "../support/api-setup.ts";
import { startArgus, startScript } from "../support/server-process.ts";
import { type LoadPlan, runLoad } from "./load.ts";
import { costOf } from "./process-cost.ts";
import type { Row } from "./report.ts";

const TURNS = 5;
const WARM_MS = 2_000;
const ENCODINGS = ["JSON", "protobuf"] as const;

type Encoding = (typeof ENCODINGS)[number];

interface Server {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly secret: string;
  readonly applicationId: string;
}

interface Turn {
  readonly cpuUs: number;
  readonly callsPerSecond: number;
  readonly p99Ms: number;
}

export async function benchUnary(seconds: number): Promise<Row[]> {
  await using stock = await startScript(new URL("./stock-twirp-server.ts", import.meta.url));
  await using argus = await startArgus();
  const { id, secret } = await makeApplication(argus.url, "bench");
  const servers: readonly Server[] = [
    {
      name: "stock twirp-ts under express, no key",
      url: stock.url,
      pid: stock.pid,
      secret: "none",
      applicationId: id,
    },
    {
      name: "Argus, with an API key",
      url: argus.url,
      pid: argus.pid,
      secret,
      applicationId: id,
    },
  ];
  const rows: Row[] = [];
  for (const encoding of ENCODINGS) {
    for (const server of servers) await takeTurn(server, encoding, WARM_MS);
    const turns = new Map<Server, Turn[]>(servers.map((server) => [server, []]));
    for (let turn = 0; turn < TURNS; turn++)
      for (const server of servers)
        turns.get(server)?.push(await takeTurn(server, encoding, (seconds * 1000) / TURNS));
    let stockUs = 0;
    for (const [{ name }, taken] of turns) {
      const cpuUs = median(taken.map((one) => one.cpuUs));
      stockUs ||= cpuUs;
      rows.push({
        case: `${name}, ${encoding}`,
        "CPU µs/call": cpuUs.toFixed(1),
        "× stock": (cpuUs / stockUs).toFixed(2),
        "calls/s": Math.round(median(taken.map((one) => one.callsPerSecond))).toLocaleString("en"),
        "p99 ms": median(taken.map((one) => one.p99Ms)).toFixed(1),
      });
    }
  }
  return rows;
}

/** Throws when a call fails: figures of failures are none. */
async function takeTurn(server: Server, encoding: Encoding, durationMs: number): Promise<Turn> {
  const before = costOf(server.pid);
  const result = await runLoad({ ...planFor(server, encoding), durationMs });
  if (result.failures > 0) throw new Error(`${server.name}: ${result.firstFailure}`);
  return {
    cpuUs: ((costOf(server.pid).cpuMs - before.cpuMs) * 1000) / result.requests,
    callsPerSecond: result.requests / (result.durationMs / 1000),
    p99Ms: result.p99Ms,
  };
}

function planFor(
  { url, secret, applicationId }: Server,
  encoding: Encoding,
): Omit<LoadPlan, "durationMs"> {
  const body =
    encoding === "JSON"
      ? Buffer.from(JSON.stringify({ application_id: applicationId }))
      : GetApplicationRequest.toBinary({ applicationId });
  return {
    url: `${url}/twirp/argus.v1.ApplicationService/GetApplication`,
    headers: {
      "Content-Type": encoding === "JSON" ? "application/json" : "application/protobuf",
      Authorization: `Bearer ${secret}`,
    },
    bodies: [{ base64: Buffer.from(body).toString("base64"), entries: 1, idOffset: undefined }],
    connections: 16,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
