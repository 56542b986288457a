/**
 * The system's Chromium for tests of the page.
 * Invariant: every browser has a fresh profile and is closed by its owner, every context by its own; what a page says on its console as an
 * error, throws, or tries against its policy is kept for the test to look at.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { until } from "./until.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  // Letters and tints come out the same whatever the processor and the screen.
  "--disable-skia-runtime-opts",
  "--disable-lcd-text",
  "--disable-partial-raster",
  "--font-render-hinting=none",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--process-per-site",
];

/** @returns the path of the system's Chromium, undefined when there is none. */
export function chromiumPath(): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter))
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next one.
      }
    }
  return undefined;
}

/** Playwright gives each browser a user-data folder of its own and deletes it at the end. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

/** The one that all tests of the page in this process share; its own context is what a test has for itself. */
export function sharedChromium(): Promise<Browser> {
  if (globalThis.argusChromium === undefined)
    throw new Error("tests that open the page belong to the project “page” of vitest.config.ts");
  return globalThis.argusChromium();
}

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Console errors, exceptions and breaches of the policy so far. */
  readonly faults: readonly string[];
}

/** A page in a context of its own: its own cookies and storage. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await openContext(browser, options);
  const { page, faults } = await openTab(context);
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** A browser of somebody, as tests have it unless they say otherwise; closed by its owner. */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    timezoneId: "UTC",
    locale: "en-GB",
    ...options,
  });
  // The tests before it share the machine: a first start of the page has taken longer than 10 s.
  context.setDefaultTimeout(25_000);
  return context;
}

/** Another page of the same person: the same cookies and storage. */
export async function openTab(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  return { page, faults: watch(page), [Symbol.asyncDispose]: () => page.close() };
}

/** @returns a list that grows with what goes wrong in the page. */
function watch(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  return faults;
}

const TWO_FRAMES =
  "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))";

/** Where it stands, once it stands still for two frames: what was just drawn may be drawn anew. */
export async function boxOf(
  place: Locator,
): Promise<{ x: number; y: number; width: number; height: number }> {
  let last = await place.boundingBox();
  await until("it stands still", async () => {
    await place.page().evaluate(TWO_FRAMES);
    const now = await place.boundingBox();
    const isStill = now !== null && JSON.stringify(now) === JSON.stringify(last);
    last = now;
    return isStill;
  });
  if (last === null) throw new Error("it is gone");
  return last;
}
