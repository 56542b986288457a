/**
 * `npm run torture -- [--kills N] [--seed N]`: the long runs of what the tests do in small. Prints its report.
 */
import { parseArgs } from "node:util";
import { runKills } from "./kills.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
});
const report = await runKills({
  kills: Number(values.kills),
  seed: Number(values.seed),
  clients: 4,
  say: (line) => console.log(line),
});
console.log(
  `${report.kills} kills (seed ${values.seed}): ${report.acknowledgedBatches} batches, ${report.acknowledgedEntries} entries acknowledged, ${report.retries} retries`,
);
for (const fault of report.faults.slice(0, 100)) console.log(`FAULT ${fault}`);
console.log(
  report.faults.length === 0 ? "nothing lost, nothing doubled" : `${report.faults.length} faults`,
);
process.exitCode = report.faults.length === 0 ? 0 : 1;
