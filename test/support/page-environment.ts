/**
 * Where tests of the page run: Node, with one Chromium for all files of a worker.
 * Invariant: it is started when the first file asks for it and closed with the worker; a context of it belongs to whoever opened it.
 */
import type { Browser } from "playwright-core";
import type { Environment } from "vitest/runtime";
import { chromiumPath, launchChromium } from "./browser.ts";

declare global {
  /** An environment shares nothing with its files but this. */
  var argusChromium: (() => Promise<Browser>) | undefined;
}

const environment: Environment = {
  name: "page",
  viteEnvironment: "ssr",
  setup(global: typeof globalThis) {
    let started: Promise<Browser> | undefined;
    global.argusChromium = () => (started ??= launchChromium(chromiumPath() ?? ""));
    return {
      async teardown() {
        await (await started)?.close();
        global.argusChromium = undefined;
      },
    };
  },
};

// What vitest looks for.
export default environment;
