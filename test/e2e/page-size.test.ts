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

/** Other screens whose parts come one after the other, and what comes last. */
const LATER: readonly (readonly [path: string, last: string | RegExp])[] = [
  ["/a/shop/logs?q=%7C+timechart+count()+by+service", "entries by service"],
  ["/a/shop/settings/retention", "Days kept"],
  ["/instance/system", /^Of the process that answered/],
];
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

/** Gathers by how much what is there moves when more comes, in shares of the window. */
const WATCH_SHIFTS = `window.shifts = 0;
  window.addShifts = (shifts) => {
    for (const one of shifts) if (!one.hadRecentInput) window.shifts += one.value;
  };
  window.shiftObserver = new PerformanceObserver((list) => window.addShifts(list.getEntries()));
  window.shiftObserver.observe({ type: "layout-shift", buffered: true });`;
/** A shift is measured as a frame is drawn, and told later. */
const SHIFTED = `new Promise((resolve) =>
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      window.addShifts(window.shiftObserver.takeRecords());
      resolve(window.shifts);
    }),
  ),
)`;
/** Of letters that come in place of others. */
const MOST_SHIFTED = 0.0005;

describe.skipIf(chromiumPath() === undefined)("the page as it is loaded", () => {
  let world: PageWorld;
  let first: readonly string[];
  const shifts: [path: string, share: number][] = [];

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
    await page.addInitScript(WATCH_SHIFTS);
    await page.goto(`${world.server.url}/a/shop/logs`);
    await page.getByText("needle in the hay").waitFor();
    await page.getByRole("treeitem", { name: /barn/ }).waitFor();
    const read = () => page.evaluate<{ first: string[]; later: string[] }>(LOADED);
    const loaded = await until("all is loaded that a click may open", async () => {
      const now = await read();
      return PARTS.every((part) => now.later.some((url) => url.includes(`/${part}-`))) && now;
    });
    first = loaded.first.map((url) => basename(url));
    const moved = () => page.evaluate<number>(SHIFTED);
    shifts.push(["/a/shop/logs", await moved()]);
    for (const [path, name] of LATER) {
      await page.goto(world.server.url + path);
      await page.getByText(name).first().waitFor();
      shifts.push([path, await moved()]);
    }
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

  test("what comes later moves nothing that is there", () => {
    expect(shifts.filter(([, share]) => share > MOST_SHIFTED)).toEqual([]);
    expect(shifts).toHaveLength(1 + LATER.length);
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
