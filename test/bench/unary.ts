/**
 * A small unary call with an API key, against stock twirp-ts under express in the same run.
 */
import { makeApplication } from "../support/api-setup.ts";
import { runLoad } from "./load.ts";
import { costOf } from "./process-cost.ts";
import type { Row } from "./report.ts";
import { startArgus, startScript } from "../support/server-process.ts";

export async function benchUnary(seconds: number): Promise<Row[]> {
  const rows: Row[] = [];
  const measure = async (
    name: string,
    url: string,
    pid: number,
    secret: string,
    body: object,
    stock: number,
  ): Promise<number> => {
    const plan = {
      url: `${url}/twirp/argus.v1.ApplicationService/GetApplication`,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${secret}` },
      bodies: [
        {
          base64: Buffer.from(JSON.stringify(body)).toString("base64"),
          entries: 1,
          idOffset: undefined,
        },
      ],
      connections: 16,
    };
    await runLoad({ ...plan, durationMs: 2000 });
    const before = costOf(pid);
    const result = await runLoad({ ...plan, durationMs: seconds * 1000 });
    const us = ((costOf(pid).cpuMs - before.cpuMs) * 1000) / Math.max(1, result.requests);
    rows.push({
      case: name,
      "CPU µs/call": us.toFixed(1),
      "× stock": (us / (stock === 0 ? us : stock)).toFixed(2),
      "calls/s": Math.round(result.requests / (result.durationMs / 1000)).toLocaleString("en"),
      "p99 ms": result.p99Ms.toFixed(1),
      failures: result.failures === 0 ? "0" : `${result.failures} (${result.firstFailure})`,
    });
    return us;
  };
  let stock = 0;
  {
    await using server = await startScript(new URL("./stock-twirp-server.ts", import.meta.url));
    stock = await measure(
      "stock twirp-ts under express, no key",
      server.url,
      server.pid,
      "none",
      { application_id: "x" },
      0,
    );
  }
  await using argus = await startArgus();
  const { id, secret } = await makeApplication(argus.url, "bench");
  await measure(
    "Argus, with an API key",
    argus.url,
    argus.pid,
    secret,
    { application_id: id },
    stock,
  );
  return rows;
}
