#!/usr/bin/env node
/**
 * Builds the page into dist/web when what it is made of is newer.
 * Invariants: with nothing to do it reads file times and ends; a build that fails never stops the start of the
 * server, which then serves the page built before, or says that there is none.
 * Plain JavaScript, as ./bootstrap.js: `npm start` runs it under the machine's own Node.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
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
  const result = spawnSync(OWN_NODE, [vite, "build", "--logLevel", "warn"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (result.error !== undefined) return result.error.message;
  return result.status === 0 ? "" : result.stderr.trim();
}

if (
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  const problem = buildWeb();
  if (problem !== "")
    console.error(`argus: the page could not be built, starting without the newest:\n${problem}`);
}
