/**
 * Compares the protos with the ones that were promised: the newest release tag's, or before the first release
 * the first commit's that has any.
 * Invariant: exits 0 only when nothing breaks, or when there is nothing to compare with, which it says.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

process.exitCode = main();

function main(): number {
  if (git("rev-parse", "--git-dir") === undefined) {
    console.log("skipped: not a git checkout, so there is no earlier state to compare with");
    return 0;
  }
  if (git("rev-parse", "--is-shallow-repository") === "true" && !deepen()) {
    console.log("skipped: a shallow clone whose history cannot be fetched");
    return 0;
  }
  const base = lastRelease() ?? firstProtos();
  if (base === undefined) {
    console.log("skipped: no commit has protos yet");
    return 0;
  }
  const folder = git("rev-parse", "--path-format=absolute", "--git-common-dir") ?? ".git";
  const args = ["breaking", "--against", `${folder}#ref=${base}`];
  const result = spawnSync("buf", args, { cwd: root, stdio: "inherit" });
  if (result.error !== undefined) {
    console.error(`buf could not be started: ${result.error.message}`);
    return 1;
  }
  if (result.status !== 0) console.error(`These break what ${base.slice(0, 12)} promised.`);
  return result.status ?? 1;
}

/** @returns the newest tag `v…` below HEAD; a release compares itself with the one before. */
function lastRelease(): string | undefined {
  return git("describe", "--tags", "--match", "v[0-9]*", "--abbrev=0", "HEAD^");
}

function firstProtos(): string | undefined {
  const log = git("log", "--reverse", "--diff-filter=A", "--format=%H", "--", "proto");
  const first = log?.split("\n")[0];
  return first === "" ? undefined : first;
}

function deepen(): boolean {
  if (!existsSync(join(root, ".git"))) return false;
  return git("fetch", "--quiet", "--unshallow", "--tags", "origin") !== undefined;
}

/** @returns what git prints, undefined when it fails. */
function git(...args: readonly string[]): string | undefined {
  const result = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
