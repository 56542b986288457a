#!/usr/bin/env node
/**
 * Makes node_modules what package-lock.json says, before anything else runs.
 * Invariant: after it every npm script finds the locked packages and the project's own Node 24; when they
 * are there already it reads two files and ends.
 * Plain JavaScript for any Node since 16: this is the one file that runs under the machine's own Node.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Bundlers among the packages ship their binaries for these versions only. */
const HOSTS = "20.19 or later in the 20 line, or 22.12 or later";

/** The repository. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where npm's package `node` puts the interpreter that everything runs on. */
export const OWN_NODE = join(
  ROOT,
  "node_modules/node/bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/** @param {string} version such as "20.19.0" */
export function hostIsSupported(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === 20) return minor >= 19;
  if (major === 22) return minor >= 12;
  return major > 22;
}

/**
 * What differs between the lock and what npm wrote down of its last install; undefined when nothing does.
 * Optional entries are left out: they are there or not by the machine's platform.
 * @param {string} root folder with package-lock.json
 * @returns {string | undefined} the reason for an install, in words
 */
export function reasonToInstall(root) {
  if (!existsSync(join(root, "node_modules"))) return "node_modules is missing";
  const wanted = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(join(root, "node_modules/.package-lock.json"));
  if (wanted === undefined) return "package-lock.json cannot be read";
  if (installed === undefined) return "node_modules was not installed by npm";
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || entry.optional === true) continue;
    const name = path.slice("node_modules/".length);
    const there = installed[path];
    if (there === undefined) return `${name} is missing`;
    if (there.version !== entry.version)
      return `${name} is ${there.version}, wanted ${entry.version}`;
  }
  const bin = join(root, "node_modules/node/bin");
  return existsSync(bin) ? undefined : "Node 24 is missing in node_modules";
}

/**
 * @param {string} path of a lock file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined} undefined when unreadable
 */
function packagesOf(path) {
  try {
    const lock =
      /** @type {{ packages?: Record<string, { version?: string, optional?: boolean }> }} */ (
        JSON.parse(readFileSync(path, "utf8"))
      );
    return lock.packages;
  } catch {
    return undefined;
  }
}

/**
 * Installs when something differs, saying so in one line on stderr (stdout may be a program's answer).
 * Ends the process when it cannot.
 */
export function bootstrap() {
  const reason = reasonToInstall(ROOT);
  if (reason === undefined) return;
  if (!hostIsSupported(process.versions.node))
    fail(
      `installing Argus takes Node ${HOSTS}; this is ${process.versions.node}. It brings its own Node 24 then.`,
    );
  console.error(`argus: ${reason}; running npm ci (a minute at first, seconds from a warm cache)`);
  const result = npmCi();
  if (result.error !== undefined) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) fail("npm ci failed; what it says above is the reason");
  const still = reasonToInstall(ROOT);
  if (still !== undefined)
    fail(`npm ci ran, and yet ${still}. Are install scripts switched off (ignore-scripts)?`);
}

/** Runs npm under the machine's Node: the one in node_modules is about to be replaced. */
function npmCi() {
  const env = { ...process.env, PATH: pathWithoutOwnBins() };
  // A production setting must not leave out the Node that everything runs on.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  /** @type {import("node:child_process").StdioOptions} */
  const stdio = ["ignore", 2, 2];
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  if (npm !== undefined && npm.endsWith(".js") && node !== undefined && !isOwn(node))
    return spawnSync(node, [npm, ...args], { cwd: ROOT, stdio, env });
  const shell = process.platform === "win32"; // npm is a .cmd file there
  return spawnSync("npm", args, { cwd: ROOT, stdio, env, shell });
}

function pathWithoutOwnBins() {
  const entries = (process.env["PATH"] ?? "").split(delimiter);
  return entries.filter((entry) => !isOwn(entry)).join(delimiter);
}

/** @param {string} path */
function isOwn(path) {
  return `${path}${sep}`.startsWith(join(ROOT, "node_modules") + sep);
}

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(`argus: ${why}`);
  process.exit(1);
}

if (
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
)
  bootstrap();
