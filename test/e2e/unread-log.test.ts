/**
 * A server of which nobody reads what it writes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { call, makeApplication } from "../support/api-setup.ts";
import { bareEnvironment, OWNER } from "../support/server-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const MAIN = new URL("../../src/server/main.ts", import.meta.url).pathname;
const COMMAND = new URL("../../scripts/argus.js", import.meta.url).pathname;

test.each([
  { name: "the image's entry point", program: [MAIN] },
  { name: "the command", program: [COMMAND, "serve"] },
])("$name goes on when nobody reads its log any more, as `| head -1` does", async ({ program }) => {
  await using folder = await tempFolder();
  const child = spawn(process.execPath, program, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...bareEnvironment(),
      ARGUS_LISTEN: "127.0.0.1:0",
      ARGUS_DATA: folder.path,
      ARGUS_OWNER_EMAIL: OWNER.email,
      ARGUS_OWNER_PASSWORD: OWNER.password,
    },
  });
  const exited = once(child, "exit");
  await using _end = { [Symbol.asyncDispose]: () => stopped(child, exited) };
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (told += part));
  const url = await until("its address", () => /"url":"(http[^"]+)"/.exec(told)?.[1]);
  child.stdout.destroy();
  const errors = text(child.stderr);
  // The first key makes it write to its log.
  const { secret } = await makeApplication(url, "unheard");
  const sent = await call(url, "LogService/SendLogs", { entries: [{ message: "on" }] }, secret);
  expect(sent).toMatchObject({ accepted: 1 });
  child.kill("SIGTERM");
  expect([await exited, await errors]).toEqual([[0, null], ""]);
});

async function stopped(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill("SIGKILL");
  await exited;
}
