import { configDefaults, defineConfig } from "vitest/config";
import { closingLine } from "./scripts/closing-line.ts";

/** What asks a real Cassandra says so in the file's name; it is started only when one of them is in the run. */
const CASSANDRA = ["{src,test}/**/*cassandra*.test.ts"];

export default defineConfig({
  test: {
    // Modules are shared by files: four to eight times faster, and it forbids module state.
    isolate: false,
    // Vitest would leave a core of two idle, and tests of real servers and stores wait more than they work.
    maxWorkers: 2,
    testTimeout: 30_000,
    // Some start a server, which takes a busy machine its time.
    hookTimeout: 30_000,
    reporters: ["default", closingLine()],
    projects: [
      {
        extends: true,
        test: {
          name: "argus",
          include: ["{src,scripts,test}/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...CASSANDRA],
        },
      },
      {
        extends: true,
        test: {
          name: "cassandra",
          // A suite that makes a hundred steps in memory makes each of them some statements long here.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          include: CASSANDRA,
          globalSetup: "test/support/cassandra/global-setup.ts",
        },
      },
    ],
  },
});
