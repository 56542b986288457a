/**
 * `npm run bench -- [name …] [--seconds N] [--only STEP,…]`: runs the benchmarks named, all by default, and prints their
 * tables. Of `web` steps may be taken alone.
 */
import { parseArgs } from "node:util";
import { benchAuth } from "./auth.ts";
import { benchBacklog } from "./backlog.ts";
import { benchCassandra } from "./cassandra.ts";
import { benchDay } from "./day.ts";
import { benchExport } from "./export.ts";
import { benchFacets } from "./facets.ts";
import { benchIngest } from "./ingest.ts";
import { benchMerge } from "./merge.ts";
import { benchPatterns } from "./patterns.ts";
import { machine, type Row, tableOf } from "./report.ts";
import { benchRetention } from "./retention.ts";
import { benchUnary } from "./unary.ts";
import { benchWeb } from "./web.ts";

const BENCHES: Readonly<Record<string, (seconds: number) => Promise<Row[]>>> = {
  ingest: benchIngest,
  unary: benchUnary,
  auth: benchAuth,
  merge: () => benchMerge(),
  backlog: benchBacklog,
  retention: () => benchRetention(),
  export: () => benchExport(),
  day: () => benchDay(),
  facets: () => benchFacets(),
  cassandra: benchCassandra,
  patterns: () => benchPatterns(),
  web: (seconds) => benchWeb(seconds, values.only?.split(",") ?? []),
};

const SECONDS = 8;
/** A page that is watched for long is what leaks show in. */
const WEB_SECONDS = 60;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string" }, only: { type: "string" } },
});
const unknown = positionals.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(
    `No benchmark ${unknown.join(", ")}. There are: ${Object.keys(BENCHES).join(", ")}`,
  );
  process.exit(2);
}
console.log(machine());
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  const bench = BENCHES[name];
  if (bench === undefined) continue;
  console.log(`\n## ${name}\n`);
  console.log(
    tableOf(await bench(Number(values.seconds ?? (name === "web" ? WEB_SECONDS : SECONDS)))),
  );
}
