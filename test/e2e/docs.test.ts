/** The lines of the docs, pasted into a shell in their order: none may fail. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { startArgus } from "../support/server-process.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

test("docs/api.md runs as it stands", async () => {
  const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
  await using argus = await startArgus({
    env: {
      ARGUS_OWNER_EMAIL: "ada@example.org",
      ARGUS_OWNER_PASSWORD: "a long enough password",
    },
  });
  const shell = spawn("sh", ["-eu", "-c", `TOKEN=\n${blocks.join("\n")}`], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], ARGUS_URL: argus.url },
  });
  const closed = once(shell, "close");
  const [out, errors] = await Promise.all([text(shell.stdout), text(shell.stderr), closed]);
  expect([shell.exitCode, errors], out).toEqual([0, ""]);
  expect(out.match(/"duplicate":true/g)).toHaveLength(1);
  expect(out).toContain('"rows":[["web",1]]');
});
