#!/usr/bin/env node
/**
 * Builds the page into dist/web when what it is made of is newer.
 * Invariants: with nothing to do it reads file times and ends; a build that fails never stops the start of the
 * server, which then serves the page built before, or says that there is none. No build writes where another one reads.
 * Plain JavaScript, as ./bootstrap.js: `npm start` runs it under the machine's own Node.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { OWN_NODE, ROOT } from "./bootstrap.js";

/** What the page may import (test/layers.test.ts), how it is built, and with what. */
const SOURCES = [
  "src/web",
  "src/client",
  "src/query",
  "src/domain",
  "generated/client",
  "vite.config.ts",
  "scripts/font-subsets.ts",
  "package-lock.json",
];
const BUILT = "dist/web/index.html";

/**
 * @param {string} root folder of the repository
 * @returns {boolean} whether the page is missing or older than a source
 */
export function webIsStale(root) {
  const built = join(root, BUILT);
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return SOURCES.some((source) => newestMs(join(root, source)) > builtMs);
}

/**
 * @param {string} path of a file or a folder
 * @returns {number} the newest change in it, ms; 0 when it is not there
 */
function newestMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A folder's own time says that a file was added or taken away.
  const inside = readdirSync(path).map((name) => newestMs(join(path, name)));
  return Math.max(stat.mtimeMs, ...inside);
}

/** @returns {string} what went wrong; empty when the page is as new as its sources */
export function buildWeb() {
  if (!webIsStale(ROOT)) return "";
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  if (!existsSync(vite)) return "vite is not installed";
  const made = join(ROOT, `dist/web-${process.pid}-${Date.now()}`);
  const argv = [vite, "build", "--logLevel", "warn", "--outDir", made, "--emptyOutDir"];
  const result = spawnSync(OWN_NODE, argv, { cwd: ROOT, encoding: "utf8" });
  try {
    if (result.error !== undefined) return result.error.message;
    if (result.status !== 0) return result.stderr.trim();
    putInPlace(made, join(ROOT, "dist/web"));
    return "";
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/**
 * Two builds at a time, as of two tests, end with the page of one: no build writes where another reads.
 * @param {string} made a folder
 * @param {string} place where it is to be
 */
function putInPlace(made, place) {
  const old = `${made}-old`;
  for (;;)
    try {
      if (existsSync(place)) renameSync(place, old);
      renameSync(made, place);
      break;
    } catch (error) {
      // Another one took it away, or put its own there, at this moment.
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
}

if (
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  const problem = buildWeb();
  if (problem !== "")
    console.error(`argus: the page could not be built, starting without the newest:\n${problem}`);
}
