/**
 * The command `argus`: the one place of the command line that touches the process.
 * Invariant: a reader that goes away (`| head`) ends it quietly, but for a server.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";
import type { World } from "./command.ts";
import { run } from "./run.ts";

const argv = process.argv.slice(2);
let stdinIsRead = false;
const stop = new AbortController();
// A server goes on without a reader, and has its own way to end: drain first.
if (argv[0] !== "serve") {
  for (const output of [process.stdout, process.stderr])
    output.on("error", (error: NodeJS.ErrnoException) => {
      process.exit(error.code === "EPIPE" ? 0 : 1);
    });
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      stop.abort();
    });
}

const world: World = {
  out: (text) => process.stdout.write(text),
  outDrained: async () => {
    if (process.stdout.writableNeedDrain)
      await once(process.stdout, "drain", { signal: stop.signal });
  },
  note: (text) => process.stderr.write(text),
  outIsTerminal: isatty(1),
  noteIsTerminal: isatty(2),
  inIsTerminal: isatty(0),
  colour: isatty(1) && process.stdout.hasColors(),
  get stdin() {
    stdinIsRead = true;
    return process.stdin as AsyncIterable<Uint8Array>;
  },
  ask,
  env: process.env,
  nowMs: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  host: hostname(),
  signal: stop.signal,
  fetch,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

process.exitCode = await run(world, argv, version());
// A read may still wait, as when the server refuses what `tail -f` pipes in.
if (stdinIsRead) process.stdin.destroy();

async function ask(question: string, hidden = false): Promise<string> {
  // Readline echoes what is typed to its output: a hidden answer gets one that swallows all.
  const output = hidden
    ? new Writable({ write: (_chunk, _encoding, done) => done() })
    : process.stderr;
  if (hidden) process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await lines.question(hidden ? "" : question, { signal: stop.signal });
  } finally {
    lines.close();
    if (hidden) process.stderr.write("\n");
  }
}

/** From package.json, wherever this file was built to. */
function version(): string {
  for (const up of ["../../package.json", "../../../package.json"]) {
    try {
      const read = JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as {
        name?: string;
        version?: string;
      };
      if (read.name === "argus-logs" && read.version !== undefined) return read.version;
    } catch {
      // The next one.
    }
  }
  return "unknown";
}
