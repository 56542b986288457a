/**
 * Finds Go and Python for the tests of sdk/. Invariant: what is found is new enough; what is missing says how to get it.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** A folder for PATH, "" where it is in PATH already; or why there is none. */
export type Found = { readonly folder: string } | { readonly missing: string };

const ROOT = join(import.meta.dirname, "../..");

/** In PATH, where its own installer puts it, or where .ci/install-go does. */
export function foundGo(): Found {
  const folders = ["", "/usr/local/go/bin", join(ROOT, "sdk/go/.toolchain/go/bin")];
  const found = folders.find((folder) => isNew(join(folder, "go"), ["version"], /go1\.(\d+)/, 24));
  return found === undefined
    ? { missing: "GO CLIENTS ARE NOT TESTED: there is no Go 1.24 or later. Run .ci/install-go" }
    : { folder: found };
}

export function foundPython(): Found {
  return isNew("python3", ["--version"], /Python 3\.(\d+)/, 11) && has("python3", "venv, ensurepip")
    ? { folder: "" }
    : {
        missing:
          "PYTHON CLIENTS ARE NOT TESTED: there is no Python 3.11 or later with venv. Run .ci/install-python",
      };
}

function isNew(program: string, args: readonly string[], pattern: RegExp, minor: number): boolean {
  try {
    const version = pattern.exec(execFileSync(program, args, { encoding: "utf8" }))?.[1];
    return Number(version) >= minor;
  } catch {
    return false;
  }
}

function has(python: string, modules: string): boolean {
  try {
    execFileSync(python, ["-c", `import ${modules}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
