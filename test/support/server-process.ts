/**
 * Servers in processes of their own, for benchmarks and fault tests.
 * Invariant: what was started here is ended here, by its own process id.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly child: ChildProcess;
}

/** Starts a Node script that prints its address as the first line of its output. */
export async function startScript(
  script: URL,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const child = spawn(process.execPath, [script.pathname], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  endWithThisProcess(child);
  const url = await firstMatch(child, /(http:\/\/\S+)/);
  return { url, pid: pidOf(child), child, [Symbol.asyncDispose]: () => end(child, "SIGKILL") };
}

export const OWNER = {
  email: "owner@example.org",
  password: "correct horse battery staple",
} as const;

export interface ArgusOptions {
  /** The data folder; a temporary one that goes with the server if absent. */
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments that starts what follows them, and whose own process becomes it. */
  readonly under?: readonly string[];
}

export interface ArgusProcess extends RunningServer {
  readonly data: string;
  /** The last lines of its own log, oldest first; they grow while it runs. */
  readonly log: readonly string[];
}

/** Starts Argus on a free port, with an owner unless `env` says otherwise. */
export async function startArgus(options: ArgusOptions = {}): Promise<ArgusProcess> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), "argus-"));
  const main = new URL("../../src/server/main.ts", import.meta.url).pathname;
  const [program, ...args] = [...(options.under ?? []), process.execPath, main];
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...environment(),
      // As scripts/argus.js and the image start it.
      MALLOC_ARENA_MAX: "2",
      ARGUS_LISTEN: "127.0.0.1:0",
      ARGUS_DATA: data,
      ARGUS_OWNER_EMAIL: OWNER.email,
      ARGUS_OWNER_PASSWORD: OWNER.password,
      ...options.env,
    },
  });
  endWithThisProcess(child);
  const log: string[] = [];
  const url = await firstMatch(child, /"url":"(http[^"]+)"/, log);
  return {
    url,
    data,
    log,
    pid: pidOf(child),
    child,
    async [Symbol.asyncDispose]() {
      await end(child, "SIGTERM");
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Without what is for the tests themselves: a server refuses variables that it does not know. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("ARGUS_TEST_"));
  return Object.fromEntries(own);
}

/** For a process that is to see nothing of ours but where programs are, and what Node has compiled of them before. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

function endWithThisProcess(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
}

/** Enough for what a test looks for; a server that logs without end must not fill the test's memory. */
const MAX_LINES = 500;

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process did not start");
  return child.pid;
}

/** Reads the child's output until a line matches; keeps reading afterwards, so that the pipe never fills. */
function firstMatch(child: ChildProcess, pattern: RegExp, seen: string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stdout } = child;
    if (stdout === null) return reject(new Error("the process has no output"));
    createInterface({ input: stdout }).on("line", (line) => {
      if (seen.push(line) > MAX_LINES) seen.shift();
      const match = pattern.exec(line)?.[1];
      if (match !== undefined) resolve(match);
    });
    child.once("exit", (code) =>
      reject(new Error(`the process ended with ${code} before it listened:\n${seen.join("\n")}`)),
    );
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const last = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await exited;
  clearTimeout(last);
}
