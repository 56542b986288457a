/**
 * What a browser loads until a signed-in person with nothing in their cache has the logs on screen, and what each
 * later screen adds, as transferred: gzip, and fonts as they are.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage } from "../support/browser.ts";
import { until } from "../support/until.ts";
import { atLogs, openWorld, type PageWorld, signIn } from "../support/page-world.ts";

const FOLDER = join(import.meta.dirname, "../../dist/web");
const ASSETS = join(FOLDER, "assets");
const KB = 1000;
const FIRST_LOAD_KB = 120;
const LATER_SCREEN_KB = 15;
const SCREENS = /^(settings|account|instance|first-run|palette|invite|reset|manage)-/;
/** Loaded after the first look, before anyone asks for them. */
const PARTS = ["language", "facets", "entry-details", "entry-panel", "picker-body"];

/** Before and after the mark that the page sets when what was asked first is on screen. */
const LOADED = `(() => {
  const [mark] = performance.getEntriesByName("first-look");
  const files = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/assets/"));
  const names = (which) => files.filter(which).map(({ name }) => name);
  return {
    first: names(({ startTime }) => startTime < mark.startTime),
    later: names(({ startTime }) => startTime >= mark.startTime),
  };
})()`;

describe.skipIf(chromiumPath() === undefined)("the page as it is loaded", () => {
  let world: PageWorld;
  let first: readonly string[];

  beforeAll(async () => {
    world = await openWorld();
    await world.send([{ message: "needle in the hay", service: "barn" }]);
    await using once = await openPage(world.browser);
    await once.page.goto(world.server.url);
    await signIn(once.page);
    await atLogs(once.page);
    const storageState = await once.page.context().storageState();
    await using opened = await openPage(world.browser, { storageState });
    const { page, faults } = opened;
    await page.goto(`${world.server.url}/a/shop/logs`);
    await page.getByText("needle in the hay").waitFor();
    await page.getByRole("treeitem", { name: /barn/ }).waitFor();
    const read = () => page.evaluate<{ first: string[]; later: string[] }>(LOADED);
    const loaded = await until("all is loaded that a click may open", async () => {
      const now = await read();
      return PARTS.every((part) => now.later.some((url) => url.includes(`/${part}-`))) && now;
    });
    first = loaded.first.map((url) => basename(url));
    expect(faults).toEqual([]);
  }, 120_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  test(`the first load is within ${FIRST_LOAD_KB} KB`, () => {
    const sizes = [
      ["index.html", transferred(join(FOLDER, "index.html"))] as const,
      ...first.map((name) => [name, transferred(join(ASSETS, name))] as const),
    ];
    const sum = sizes.reduce((all, [, bytes]) => all + bytes, 0) / KB;
    expect(first.filter((name) => name.endsWith(".woff2"))).toHaveLength(2);
    expect(sum).toBeGreaterThan(50);
    expect(sum, JSON.stringify(sizes)).toBeLessThanOrEqual(FIRST_LOAD_KB);
  });

  test("what a click may open is not among it", () => {
    expect(PARTS.filter((part) => first.some((name) => name.startsWith(`${part}-`)))).toEqual([]);
  });

  test("what a later screen adds is small", () => {
    const screens = readdirSync(ASSETS)
      .filter((name) => SCREENS.test(name) && name.endsWith(".js") && !first.includes(name))
      .map((name) => [name, transferred(join(ASSETS, name)) / KB] as const);
    expect(screens.length).toBeGreaterThan(5);
    expect(screens.filter(([, kb]) => kb > LATER_SCREEN_KB)).toEqual([]);
  });
});

function transferred(path: string): number {
  const bytes = readFileSync(path);
  return path.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
}
