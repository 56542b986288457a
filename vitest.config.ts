import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { closingLine } from "./scripts/closing-line.ts";
import { FileOrder } from "./scripts/file-order.ts";

/** What asks a real Cassandra says so in the file's name; it is started only when one of them is in the run. */
const CASSANDRA = ["{src,test}/**/*cassandra*.test.ts"];
/** What opens the page in a browser; it is built only when one of them is in the run. */
const PAGE = ["test/e2e/{page*,newcomer}.test.ts"];

/** @returns a number made of the commit's; undefined outside of a repository, and where no commit is judged. */
function seedOfCommit(): number | undefined {
  if (process.env["CI"] !== "true") return undefined;
  try {
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: "pipe" });
    return Number.parseInt(commit.slice(0, 8), 16) | 0;
  } catch {
    return undefined;
  }
}

export default defineConfig({
  test: {
    provide: { seed: seedOfCommit() },
    setupFiles: ["test/support/one-seed.ts"],
    // Modules are shared by files: four to eight times faster, and it forbids module state.
    isolate: false,
    // Vitest would leave a core of two idle, and tests of real servers and stores wait more than they work.
    maxWorkers: 2,
    sequence: { sequencer: FileOrder },
    // Node keeps here what the sources of started processes compile to: a server takes 1.1 s of a core to start instead of
    // 1.9, a command 0.13 instead of 0.45, and some two hundred are started.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled") },
    // Some start servers, which takes a slow machine with other work its time; what waits for one thing ends before.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", closingLine()],
    projects: [
      {
        extends: true,
        test: {
          name: "argus",
          include: ["{src,scripts,test}/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...CASSANDRA, ...PAGE],
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: PAGE,
          globalSetup: "test/support/built-page.ts",
          environment: "./test/support/page-environment.ts",
          // A second, as it is otherwise, is less than a busy machine takes for a search.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: "cassandra",
          // A suite that makes a hundred steps in memory makes each of them some statements long here.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          include: CASSANDRA,
          globalSetup: "test/support/cassandra/global-setup.ts",
        },
      },
    ],
  },
});
