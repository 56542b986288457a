import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const LINES = 50;

/** Writes when its output is broken, in its own thread and in another, and tells on stderr that no line is waited for. */
const PROGRAM = `
import { Worker } from "node:worker_threads";
import { outliveReaders } from ${JSON.stringify(new URL("./own-output.ts", import.meta.url).href)};
outliveReaders(process.stdout);
outliveReaders(process.stderr);
process.stdin.resume();
process.stdin.once("end", () => {
  for (let n = 0; n < ${LINES}; n++) process.stdout.write("own line\\n");
  const worker = new Worker(
    \`const line = "x".repeat(100_000);
    (async () => {
      for (let n = 0; n < ${LINES}; n++)
        await new Promise((resolve) => process.stdout.write(line, resolve));
    })();\`,
    { eval: true },
  );
  worker.once("exit", () => process.stderr.write("all were let go"));
});
`;

test.each([
  { name: "a pipe without a reader", output: () => "pipe" as const },
  { name: "a full disk", output: () => openSync("/dev/full", "w") },
])("$name takes nothing, and holds no thread back", async ({ output }) => {
  const to = output();
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
    stdio: ["pipe", to, "pipe"],
  });
  if (typeof to === "number") closeSync(to);
  using _end = { [Symbol.dispose]: () => child.kill("SIGKILL") };
  const exited = once(child, "exit");
  child.stdout?.destroy();
  child.stdin?.end();
  if (child.stderr === null) throw new Error("the process has no errors");
  expect([await text(child.stderr), await exited]).toEqual(["all were let go", [0, null]]);
});
