/** What is committed under `generated/` is what the protos and the generator make. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** @returns content by path below `folder`. */
async function contents(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return new Map(files.map((file, i) => [file.slice(folder.length + 1), texts[i] ?? ""]));
}

test("generated code is the generator's output, byte for byte", async () => {
  const out = await mkdtemp(join(tmpdir(), "argus-generated-"));
  try {
    // buf and its plugins are found by name: this Node comes first, as in npm scripts.
    const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
    await promisify(execFile)("buf", ["generate", "--output", out], {
      cwd: root,
      env: { ...process.env, PATH: path },
    });
    const want = await contents(join(out, "generated"));
    const have = await contents(join(root, "generated"));
    expect([...have.keys()].toSorted()).toEqual([...want.keys()].toSorted());
    const stale = [...want].filter(([file, text]) => have.get(file) !== text).map(([file]) => file);
    expect(stale, "run `npm run generate`").toEqual([]);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}, 120_000);
