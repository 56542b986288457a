/**
 * `argus serve`: reads the settings, runs the server until it is told to stop.
 * Exit codes: 0 stopped in order, 1 failed, 2 settings that cannot be meant.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FaultError } from "../domain/fault.ts";
import type { LogFields } from "../domain/logger.ts";
import { faultsIn } from "./closing-faults.ts";
import { greeting, linesToSend, loggedLines } from "./greeting.ts";
import { addressProblem, isAddressError } from "./listen-address.ts";
import { createOwnLog } from "./own-log.ts";
import { outliveReaders } from "./own-output.ts";
import { SettingsError } from "./given-settings.ts";
import { SETTING_GROUPS, SETTINGS, type SettingSpec } from "./setting-table.ts";
import { readSettings, type ServerSettings, type StoreSettings } from "./settings.ts";
import { type RunningServer, startServer } from "./start.ts";
import { storeProblem } from "./store-problem.ts";
import { systemClock } from "./system-clock.ts";
import { keepYoungHeapsSmall } from "./young-heap.ts";

/** Two folders above this file, in the sources and in what is built of them. */
const ROOT = join(import.meta.dirname, "..", "..");

/** @param argv what follows `serve` on the command line. */
export async function serve(argv: string[]): Promise<number> {
  let settings: ServerSettings;
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        ...Object.fromEntries(SETTINGS.map(({ flag }) => [flag, { type: "string" as const }])),
        help: { type: "boolean" },
      },
    });
    if (values["help"] === true) {
      process.stdout.write(helpText());
      return 0;
    }
    settings = readSettings(
      values as Readonly<Record<string, string | undefined>>,
      process.env,
      process.cwd(),
    );
  } catch (error) {
    if (!(error instanceof SettingsError) && !isArgumentError(error)) throw error;
    process.stderr.write(`argus serve: ${error.message}\nSee: npx argus serve --help\n`);
    return 2;
  }
  return run(settings);
}

async function run(settings: ServerSettings): Promise<number> {
  keepYoungHeapsSmall();
  outliveReaders(process.stdout);
  outliveReaders(process.stderr);
  const pretty = process.stdout.isTTY;
  const logger = createOwnLog({
    pretty,
    write: (line) => void process.stdout.write(line),
    nowMs: () => systemClock.nowMs(),
  });
  const stopped = Promise.withResolvers<number>();
  let server: RunningServer;
  const reached = (): string => (settings.publicUrl?.href ?? server.url).replace(/\/$/, "");
  const tellLines = (): void =>
    logger.info("send with these, the secret of a key in ARGUS_API_KEY", loggedLines(reached()));
  try {
    server = await startServer(settings, {
      version: version(),
      pageFolder: pageFolder(),
      logger,
      pretty,
      onFatal: (error) => {
        logger.error("a thread failed, the server stops", error);
        stopped.resolve(1);
      },
      onFirstKey: () => {
        if (pretty) process.stdout.write(`\n${linesToSend(reached())}`);
        else tellLines();
      },
    });
  } catch (error) {
    if (!(error instanceof FaultError) && !isAddressError(error)) throw error;
    const text =
      error instanceof FaultError
        ? storeProblem(error, settings.store)
        : addressProblem(error, settings);
    process.stderr.write(`argus serve: ${text}\n`);
    return 1;
  }
  logger.info("Argus listens", {
    url: server.url,
    ...storeShown(settings.store),
    version: version(),
  });
  if (pretty) process.stdout.write(greeting({ ...server, url: reached() }));
  else if (server.setupUrl !== undefined)
    logger.info("set up the owner", { setup: server.setupUrl });
  else if (server.canSend) tellLines();

  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info("stopping: finishing what was accepted; a second signal ends at once", { signal });
    stopped.resolve(0);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  const code = await stopped.promise;
  try {
    await server.close();
  } catch (error) {
    const text = "not everything was closed in order, what was acknowledged is stored";
    const faults = faultsIn(error);
    if (faults === undefined) logger.error(text, error);
    else logger.warn(text, { reason: faults.join("; ") });
    return 1;
  }
  logger.info("stopped");
  process.off("SIGTERM", onSignal);
  process.off("SIGINT", onSignal);
  return code;
}

/** Where the logs are, without secrets. */
function storeShown(store: StoreSettings): LogFields {
  if (store.kind === "sqlite") return { store: store.kind, data: store.folder };
  const { contactPoints, keyspace } = store.options;
  return { store: store.kind, nodes: contactPoints.join(","), keyspace };
}

function helpText(): string {
  const width = Math.max(...SETTINGS.map(({ flag }) => flag.length)) + 4;
  const lineOf = ({ flag, variable, fallback, help }: SettingSpec): string =>
    `  ${`--${flag}`.padEnd(width)} ${help}${fallback === "" ? "" : ` (${fallback})`}; or ${variable}`;
  const groups = Object.entries(SETTING_GROUPS).map(([group, title]) =>
    [`${title}:`, ...SETTINGS.filter((spec) => spec.group === group).map(lineOf)].join("\n"),
  );
  return `run a server\n\nusage: argus serve [--listen host:port] [--data folder] …\n\nA flag wins over its variable in the environment. From the folder of Argus also: npm start -- --listen 127.0.0.1:4800\n\n${groups.join("\n\n")}\n`;
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    version: string;
  };
  return text;
}

/** Where the page was built; the server runs without it, too. */
function pageFolder(): string | undefined {
  const folder = join(ROOT, "dist", "web");
  return existsSync(join(folder, "index.html")) ? folder : undefined;
}

function isArgumentError(error: unknown): error is Error {
  return (
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
  );
}
