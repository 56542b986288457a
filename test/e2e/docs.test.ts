/** The lines of the docs, pasted into a shell in their order: none may fail. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { readContract } from "../../src/rpc/openapi/contract.ts";
import { startUnowned } from "../support/first-run.ts";
import { bareEnvironment, startArgus } from "../support/server-process.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
/** The definitions that the first block makes are those of the others, too. */
const lines = blocksOf("sh");

test("docs/api.md calls every RPC of the protos", () => {
  const called = [...lines, ...blocksOf("shell")].join("\n");
  const rpcs = readContract().services.flatMap(({ name, methods }) =>
    methods.map((method) => `${name}/${method.name}`),
  );
  expect(rpcs.filter((rpc) => !new RegExp(`\\bcall ${rpc}(?= |$)`, "m").test(called))).toEqual([]);
});

test("docs/api.md runs as it stands", async () => {
  await using argus = await startArgus({
    env: {
      ARGUS_OWNER_EMAIL: "ada@example.org",
      ARGUS_OWNER_PASSWORD: "a long enough password",
    },
  });
  const out = await paste(lines, { ARGUS_URL: argus.url });
  expect(out.match(/"duplicate":true/g)).toHaveLength(1);
  expect(out).toContain('"rows":[["web",3]]');
  expect(out).toContain('{"complete":true,"entries":1,');
});

test("docs/api.md makes the first user as it says", async () => {
  const { server, setupUrl } = await startUnowned();
  await using _end = server;
  const [definitions = ""] = lines;
  const code = setupUrl.slice(setupUrl.indexOf("#") + 1);
  const env = { ARGUS_URL: server.url, SETUP_CODE: code };
  expect(await paste([definitions, ...blocksOf("shell")], env)).toContain('"instance_admin":true');
});

function blocksOf(language: string): string[] {
  const fenced = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms");
  return [...page.matchAll(fenced)].map((match) => match[1] ?? "");
}

/** @returns what the lines print; none of them may fail or complain. */
async function paste(
  blocks: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const shell = spawn("sh", ["-eu", "-c", `TOKEN=\n${blocks.join("\n")}`], {
    cwd: ROOT,
    env: { ...bareEnvironment(), ...env },
  });
  const closed = once(shell, "close");
  const [out, errors] = await Promise.all([text(shell.stdout), text(shell.stderr), closed]);
  expect([shell.exitCode, errors], out).toEqual([0, ""]);
  return out;
}
