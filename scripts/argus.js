#!/usr/bin/env node
/**
 * The command `argus`: hands over to the project's own Node 24.
 * Invariant: stdin, stdout and stderr are the child's own, signals reach it, and its exit code or the signal
 * that ended it is ours. Plain JavaScript, because the machine's Node may be older.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { bootstrap, OWN_NODE, ROOT } from "./bootstrap.js";

/** The oldest Node that runs the sources as they are. */
const RUNS_FROM = [24, 18];

/** A clone has the sources; the package ships what was built of them. */
const source = join(ROOT, "src/cli/main.ts");
const built = join(ROOT, "dist/src/cli/main.js");
const isClone = existsSync(source);

if (isClone && existsSync(join(ROOT, "package-lock.json"))) installUnlessShipped();
const node = existsSync(OWN_NODE) ? OWN_NODE : process.execPath;
if (node === process.execPath && !runsHere()) {
  console.error(
    `argus: takes Node ${RUNS_FROM.join(".")} or later; this is ${process.versions.node}.`,
  );
  process.exit(1);
}

/**
 * glibc gives each thread arenas of its own, and what one frees the others cannot use: at full ingest a fifth of the
 * process. Can be set only before it starts; other C libraries ignore it.
 */
const env = { MALLOC_ARENA_MAX: "2", ...process.env };
const child = spawn(node, [isClone ? source : built, ...process.argv.slice(2)], {
  stdio: "inherit",
  env,
});
/** A terminal sends its signals to the whole group, the child included; passing them on would double them. */
const fromTerminal = process.stdin.isTTY === true ? ["SIGINT", "SIGQUIT"] : [];
/** @type {NodeJS.Signals[]} */
const passedOn = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"];
for (const signal of passedOn)
  process.on(signal, () => {
    if (!fromTerminal.includes(signal)) child.kill(signal);
  });
child.on("error", (error) => {
  console.error(`argus: ${node} could not be started: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  // Ends by the same signal, so that shells and supervisors see what they would have seen.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/** An image without development packages runs on the Node that it has. */
function installUnlessShipped() {
  if (!existsSync(OWN_NODE) && runsHere() && existsSync(join(ROOT, "node_modules"))) return;
  bootstrap();
}

function runsHere() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantMajor = 0, wantMinor = 0] = RUNS_FROM;
  return major > wantMajor || (major === wantMajor && minor >= wantMinor);
}
