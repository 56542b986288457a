/** Programs in other languages, by clients generated from the protos, and the lines of sdk/, as they stand there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeApplication } from "../support/api-setup.ts";
import { foundGo, foundPython } from "../support/foreign-languages.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";

const ROOT = join(import.meta.dirname, "../..");
const BIN = join(ROOT, "node_modules/.bin");
/** A first build takes a machine that does other things, too, its time; later ones take seconds. */
const FIRST_BUILD_MS = 300_000;

const go = foundGo();
const python = foundPython();

test.each([
  { language: "Go", found: go },
  { language: "Python", found: python },
])("there is a $language to test with", ({ found }) => {
  if ("missing" in found) console.warn(found.missing);
  expect("missing" in found && process.env["CI"] === "true" ? found.missing : "").toBe("");
});

describe("clients generated from the protos", () => {
  let argus: ArgusProcess;
  let key = "";
  beforeAll(async () => {
    argus = await startArgus();
    ({ secret: key } = await makeApplication(argus.url, "sdk"));
  });
  afterAll(() => argus?.[Symbol.asyncDispose]());

  const run = async (language: string, script: string, folder = ""): Promise<string> => {
    const shell = spawn("sh", ["-euc", `exec 2>&1\n${script}`], {
      cwd: join(ROOT, "sdk", language),
      env: {
        ...process.env,
        // Where a shell that was just opened might not look.
        PATH: [BIN, folder, process.env["PATH"] ?? ""].join(delimiter),
        ARGUS_URL: argus.url,
        ARGUS_API_KEY: key,
      },
    });
    const closed = once(shell, "close");
    const [out] = await Promise.all([text(shell.stdout), closed]);
    expect(shell.exitCode, out).toBe(0);
    return out;
  };
  const readme = (language: string): string => {
    const page = readFileSync(join(ROOT, "sdk", language, "README.md"), "utf8");
    const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
    return `cd ../..\n${blocks.join("\n")}`;
  };

  test("TypeScript: the lines of the README run, and their code has its types", async () => {
    const out = await run("typescript", readme("typescript"));
    expect(out).toMatch(/^stored 2 entries as batch /m);
    expect(out).toContain("card declined");
    expect(out).toContain("invalid_argument");
    await run("typescript", "tsc -p .");
  });

  describe.skipIf("missing" in go)("Go", () => {
    const folder = "missing" in go ? "" : go.folder;
    test(
      "the lines of the README run",
      async () => {
        const out = await run("go", readme("go"), folder);
        expect(out).toMatch(/stored 2 entries as batch /);
        expect(out).toContain("LEVEL_ERROR card declined");
      },
      FIRST_BUILD_MS,
    );
    test(
      "both encodings send, find, fail, repeat and end in time",
      async () => {
        expect(await run("go", "go test -count=1 .", folder)).toContain("ok");
      },
      FIRST_BUILD_MS,
    );
  });

  describe.skipIf("missing" in python)("Python", () => {
    const folder = "missing" in python ? "" : python.folder;
    test(
      "the lines of the README run",
      async () => {
        const out = await run("python", readme("python"), folder);
        expect(out).toMatch(/stored 2 entries as batch /);
        expect(out).toContain("LEVEL_ERROR card declined");
      },
      FIRST_BUILD_MS,
    );
    test(
      "both encodings send, find, fail, repeat and end in time",
      async () => {
        expect(await run("python", ".venv/bin/python -m unittest", folder)).toContain("OK");
      },
      FIRST_BUILD_MS,
    );
  });
});
