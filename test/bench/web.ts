/**
 * The budgets of the page, measured in Chromium on a real server with 110,000 entries.
 * Invariant: what is reported is what a person meets: time of the main thread by the browser's own account, frames by
 * its own clock; figures of a loaded machine say so by being missed, not by being left out.
 */
import type { CDPSession, Page } from "playwright-core";
import { buildWeb } from "../../scripts/build-web.js";
import { chromiumPath, launchChromium } from "../support/browser.ts";
import { openWorld, type PageWorld } from "../support/page-world.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";
import { until } from "../support/until.ts";
import { runLoad } from "./load.ts";
import { paintedMs } from "./painted.ts";
import type { Row } from "./report.ts";

const ENTRIES = 110_000;
const BATCH = 5000;
/** Nearly all that are kept: with more, the newest are let go, and a tail would begin with a short list that grows. */
const LOADED = 99_500;
const THROTTLE = 4;
const PRESSES = 30;
const LIVE_PER_S = 1000;
/** The tail keeps the ids of 20,000 entries; all other caps are met sooner. */
const WARM_MS = 25_000;
const HEAP_TURNS = 5;
const HEAP_TURN_MS = 3000;
const KB = 1024;
const MB = 1e6;

/** Before the page's own script: what it lays out, when it paints, and which of its tasks are long. */
const WATCH = `
  window.bench = { shift: 0, usableMs: 0, paintMs: 0, longMs: [], events: [], reads: 0, isCounting: false };
  const observe = (type, use, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(use)).observe({ type, buffered: true, ...more });
  observe("layout-shift", (one) => { if (!one.hadRecentInput) bench.shift += one.value; });
  observe("paint", (one) => { if (one.name === "first-contentful-paint") bench.paintMs = one.startTime; });
  observe("longtask", (one) => bench.longMs.push(one.duration));
  observe("event", (one) => { if (one.interactionId) bench.events.push(one.duration); }, { durationThreshold: 16 });
  const look = () => {
    if (document.querySelector(".rows .line")) bench.usableMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const counted = (owner, name) => {
    const { get } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
    if (get) Object.defineProperty(owner, name, { get() { if (bench.isCounting) bench.reads++; return get.call(this); } });
  };
  for (const name of ["offsetHeight", "offsetWidth", "offsetTop"]) counted(HTMLElement.prototype, name);
  for (const name of ["clientHeight", "clientWidth", "scrollHeight"]) counted(Element.prototype, name);
  const { getBoundingClientRect } = Element.prototype;
  Element.prototype.getBoundingClientRect = function () {
    if (bench.isCounting) bench.reads++;
    return getBoundingClientRect.call(this);
  };
`;

interface Watched {
  readonly shift: number;
  readonly usableMs: number;
  readonly paintMs: number;
  readonly longMs: readonly number[];
  readonly events: readonly number[];
  readonly reads: number;
}

interface Measured {
  readonly world: PageWorld;
  /** At the logs. */
  readonly page: Page;
  readonly session: CDPSession;
  readonly seconds: number;
  readonly add: Add;
}

/** In the order they are taken; those before `loaded` are of a page that has just been opened. */
const STEPS: Readonly<Record<string, (of: Measured) => Promise<void>>> = {
  "first-load": firstLoad,
  starts,
  pages,
  loaded: loadAll,
  rows: stepsOfRows,
  hover,
  typing,
  scrolling,
  memory,
  live,
  "slow-rows": slowRows,
};

/** @param only names of steps; none: all of them. */
export async function benchWeb(seconds: number, only: readonly string[]): Promise<Row[]> {
  const unknown = only.filter((name) => !(name in STEPS));
  if (unknown.length > 0)
    throw new Error(`no step ${unknown.join(", ")}; there are: ${Object.keys(STEPS).join(", ")}`);
  const problem = buildWeb();
  if (problem !== "") throw new Error(problem);
  await using browser = await launchChromium(chromiumPath() ?? "");
  await using world = await openWorld(browser);
  await fill(world);
  await world.person.addInitScript(WATCH);
  const rows: Row[] = [];
  const add: Add = (what, unit, budget, measured, digits = 0) => {
    // It takes minutes: each figure is told when it is there.
    console.error(`${what}: ${measured.toFixed(digits)} of ${budget} ${unit}`);
    rows.push({
      what,
      budget: `≤ ${budget.toLocaleString("en")} ${unit}`.trim(),
      measured: `${measured.toFixed(digits)} ${unit}`.trim(),
      kept: Number(measured.toFixed(digits)) <= budget ? "yes" : "no",
    });
  };
  await using tab = await world.open("/a/shop/logs");
  const { page } = tab;
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await loaded(page);
  await settled(page);
  for (const [name, step] of Object.entries(STEPS))
    if (only.length === 0 || only.includes(name))
      await step({ world, page, session, seconds, add });
  const { shift } = await watched(page);
  add("layout shift of all this", "", 0, shift, 2);
  return rows;
}

type Add = (what: string, unit: string, budget: number, measured: number, digits?: number) => void;

async function fill(world: PageWorld): Promise<void> {
  const startMs = Date.now() - 50 * 60_000;
  const stepMs = (45 * 60_000) / ENTRIES;
  const entries = sampleLogs(ENTRIES, 5, startMs, stepMs).map(sampleJson);
  for (let at = 0; at < ENTRIES; at += BATCH) await world.send(entries.slice(at, at + BATCH));
}

const watched = (page: Page): Promise<Watched> => page.evaluate("window.bench");

async function loaded(page: Page): Promise<void> {
  await page.getByRole("status").getByText("Complete").waitFor();
  await page.getByRole("treeitem", { name: /^info/ }).waitFor();
}

/** Nothing is under way: what is measured next is its own. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    "new Promise((done) => requestIdleCallback(() => setTimeout(done, 300), { timeout: 5000 }))",
  );
}

async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
}

/** Time of the main thread that something takes, until all of it is on screen. */
async function mainMs(
  page: Page,
  session: CDPSession,
  act: () => Promise<unknown>,
): Promise<number> {
  const before = await taskMs(session);
  await act();
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))",
  );
  return (await taskMs(session)) - before;
}

/** The 95th of a hundred. */
function p95(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? 0;
}

/** What a browser with an empty cache is sent until the logs are on screen; the strong letters come later. */
async function firstLoad({ world, add }: Measured): Promise<void> {
  const state = await world.person.storageState();
  const context = await world.browser.newContext({ storageState: state, timezoneId: "UTC" });
  await context.addInitScript(WATCH);
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    const { pathname } = new URL(request.url());
    if (!/^\/(assets\/|a\/)/.test(pathname) || pathname.includes("-500-")) return;
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(`${world.server.url}/a/shop/logs`);
  await page.locator(".rows .line").first().waitFor();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  add("first load, as sent", "KB", 120, bytes / KB, 1);
  await context.close();
}

/** With a warm cache and a slow machine. */
async function starts({ world, add }: Measured): Promise<void> {
  await using tab = await world.open("/a/shop/logs");
  const { page } = tab;
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
  const paints: number[] = [];
  const usable: number[] = [];
  const shifts: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    await page.reload();
    await loaded(page);
    const seen = await watched(page);
    paints.push(seen.paintMs);
    usable.push(seen.usableMs);
    shifts.push(seen.shift);
  }
  add(`first paint, ${THROTTLE} × slower`, "ms", 800, median(paints));
  add(`usable, ${THROTTLE} × slower`, "ms", 1500, median(usable));
  add("layout shift of a start", "", 0, Math.max(...shifts), 2);
}

/** A page of 500 rows, from the last of its bytes until the list has them. */
async function pages({ page, add }: Measured): Promise<void> {
  await page.evaluate(`{
    bench.took = [];
    performance.setResourceTimingBufferSize(10_000);
    new MutationObserver(() => {
      const ended = performance.getEntriesByType("resource").findLast(({ name }) => name.endsWith("LogService/Query"));
      bench.took.push(performance.now() - ended.responseEnd);
    }).observe(document.querySelector(".rows-all"), { attributes: true, attributeFilter: ["style"] });
  }`);
  for (let turn = 0; turn < 12; turn++) {
    const before = await loadedRows(page);
    await page.evaluate("document.querySelector('.rows').scrollTop = 1e9");
    await until("a page is there", async () => (await loadedRows(page)) > before);
    await settled(page);
  }
  const took = await page.evaluate<number[]>("bench.took");
  add("500 rows from bytes to the list (median)", "ms", 20, median(took), 1);
}

const ROWS =
  "Number((/([\\d,]+) loaded/.exec(document.querySelector('.status-line').textContent) ?? [])[1]?.replaceAll(',', '') ?? 0)";

async function loadedRows(page: Page): Promise<number> {
  return page.evaluate<number>(ROWS);
}

async function loadAll({ page }: Pick<Measured, "page">): Promise<void> {
  await page.evaluate(`window.bench.loading = setInterval(() => {
    if (${ROWS} < ${LOADED}) document.querySelector(".rows").scrollTop = 1e9;
  }, 16)`);
  await until("all is loaded", async () => (await loadedRows(page)) >= LOADED, 120_000);
  await page.evaluate("clearInterval(window.bench.loading)");
  await page.evaluate("document.querySelector('.rows').scrollTop = 1_200_000");
  await settled(page);
}

/** Times of the main thread for the same thing done again and again. */
async function mainMsOfEach(
  { page, session }: Measured,
  times: number,
  act: (turn: number) => Promise<unknown>,
): Promise<number[]> {
  const figures: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    figures.push(await mainMs(page, session, () => act(turn)));
    await page.waitForTimeout(60);
  }
  return figures;
}

async function stepsOfRows(of: Measured): Promise<void> {
  const { page, add } = of;
  const line = page.locator(".rows .line");
  const each = (times: number, act: () => Promise<unknown>): Promise<number[]> =>
    mainMsOfEach(of, times, act);
  await line.nth(20).focus();
  const steps = await each(PRESSES, () => page.keyboard.press("j"));
  add("j or k, 100,000 rows loaded (p95)", "ms", 16, p95(steps), 1);
  const opens = await each(PRESSES, () => page.keyboard.press("e"));
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: /^Fields/ }).waitFor();
  await settled(page);
  const moves = await each(PRESSES, () => page.keyboard.press("j"));
  const tabs = await each(PRESSES, () => page.keyboard.press("."));
  await page.keyboard.press("Escape");
  await settled(page);
  const wraps = await each(6, () => page.keyboard.press("w"));
  const all = [...steps, ...opens, ...moves, ...tabs, ...wraps];
  add("any interaction, 100,000 rows loaded (p95)", "ms", 50, p95(all), 1);
}

/** One frame each, as a hand makes them. */
const MOVES = 150;

async function hover(of: Measured): Promise<void> {
  const { page, add } = of;
  const canvas = await page.locator(".histogram canvas").boundingBox();
  const [x, y] = [(canvas?.x ?? 0) + 100, (canvas?.y ?? 0) + 40];
  const move = (turn: number): Promise<void> => page.mouse.move(x + turn * 4, y);
  add("histogram, a frame of hovering (mean)", "ms", 4, await mainMsOfMoves(of, move), 1);
  await move(0);
  await page.mouse.down();
  add("histogram, a frame of brushing (mean)", "ms", 4, await mainMsOfMoves(of, move), 1);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  const idle = await mainMsOfMoves(of, (turn) => page.mouse.move(300 + turn * 4, 10));
  add("a frame of a pointer over nothing (mean)", "ms", 4, idle, 1);
}

async function mainMsOfMoves(
  { page, session }: Measured,
  move: (turn: number) => Promise<void>,
): Promise<number> {
  await settled(page);
  const before = await taskMs(session);
  for (let turn = 0; turn < MOVES; turn++) {
    await move(turn);
    await page.waitForTimeout(16);
  }
  return ((await taskMs(session)) - before) / MOVES;
}

async function typing(of: Measured): Promise<void> {
  const { world, page, add } = of;
  await page.getByLabel("Query", { exact: true }).focus();
  await settled(page);
  const type = (text: string): Promise<number[]> =>
    mainMsOfEach(of, text.length, (turn) => page.keyboard.type(text[turn] ?? ""));
  const text = 'level:error "timed out" service:payments';
  const typed = await type(text);
  await page.keyboard.press("ControlOrMeta+a");
  await settled(page);
  const painted = await paintedMs(world.browser, () => type(text));
  add("typing in the query, until a letter is painted (p95)", "ms", 16, p95(painted), 1);
  add("typing, with the list that is drawn behind a letter (p95)", "ms", 50, p95(typed), 1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
}

async function scrolling({ page, session, add }: Measured): Promise<void> {
  await page.locator(".rows").hover();
  await settled(page);
  await page.evaluate(`{
    bench.frames = []; bench.most = 0; bench.isCounting = true; bench.reads = 0;
    let last = performance.now();
    const frame = (now) => {
      bench.frames.push(now - last);
      last = now;
      bench.most = Math.max(bench.most, document.querySelectorAll(".rows .item").length);
      if (bench.isCounting) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });
  }`);
  const before = await taskMs(session);
  for (let turn = 0; turn < 150; turn++) {
    await page.mouse.wheel(0, turn < 75 ? 240 : -240);
    await page.waitForTimeout(16);
  }
  const { frames, most, reads } = await page.evaluate<{
    frames: number[];
    most: number;
    reads: number;
  }>("{ bench.isCounting = false; bench }");
  const busyMs = (await taskMs(session)) - before;
  add("slowest frame while scrolling", "ms", 32, Math.max(...frames), 1);
  add("main thread a frame while scrolling (mean)", "ms", 16, busyMs / frames.length, 1);
  add("row elements while scrolling", "", 120, most);
  add("layout reads while scrolling", "", 0, reads);
  await page.mouse.move(300, 10);
}

async function memory({ session, add }: Measured): Promise<void> {
  add("memory at 100,000 rows, after a collection", "MB", 180, (await heap(session)) / MB);
}

async function heap(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize;
}

/** The list is let go of in pieces: in between it is a few MB longer. */
async function leastHeap(page: Page, session: CDPSession): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn < HEAP_TURNS; turn++) {
    least = Math.min(least, await heap(session));
    await page.waitForTimeout(HEAP_TURN_MS);
  }
  return least;
}

/** On a page of its own with all rows: a list that is short grows until it is as long as it gets. */
async function live({ world, seconds, add }: Measured): Promise<void> {
  await using tab = await world.open("/a/shop/logs");
  const { page } = tab;
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await loaded(page);
  await loadAll({ page });
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  await page.evaluate("document.activeElement?.blur()");
  const entries = sampleLogs(LIVE_PER_S, 9, 0, 1).map((one) => {
    const { time: _now, ...rest } = sampleJson(one);
    return rest;
  });
  const each = 50;
  const bodies = Array.from({ length: LIVE_PER_S / each }, (_, n) => {
    const part = entries.slice(n * each, (n + 1) * each);
    const text = `{"batch_id":"00000000-0000-0000-0000-000000000000","entries":${JSON.stringify(part)}}`;
    return { base64: Buffer.from(text).toString("base64"), entries: each, idOffset: 13 };
  });
  const sending = runLoad({
    url: `${world.server.url}/twirp/argus.v1.LogService/SendLogs`,
    headers: { Authorization: `Bearer ${world.shop.secret}`, "Content-Type": "application/json" },
    bodies,
    connections: 1,
    durationMs: seconds * 1000 + WARM_MS + 2 * HEAP_TURNS * HEAP_TURN_MS + 5000,
    entriesPerSecond: LIVE_PER_S,
  });
  // Until all caps are met, and the code is warm.
  await page.waitForTimeout(WARM_MS);
  const heapBefore = await leastHeap(page, session);
  const [busy, startMs] = [await taskMs(session), performance.now()];
  await page.waitForTimeout(seconds * 1000);
  const share = ((await taskMs(session)) - busy) / (performance.now() - startMs);
  const heapAfter = await leastHeap(page, session);
  await sending;
  add(`main thread, live at 1,000 a second for ${seconds} s`, "%", 25, share * 100, 1);
  add("heap growth meanwhile", "MB", 0, Math.max(0, (heapAfter - heapBefore) / MB), 0);
  add("layout shift meanwhile", "", 0, (await watched(page)).shift, 2);
}

/** Rows that are made to be slow. */
async function slowRows({ world, add }: Measured): Promise<void> {
  const attributes = Object.fromEntries(
    Array.from({ length: 500 }, (_, n) => [`field_${n}`, "y".repeat(200)]),
  );
  const stack = Array.from({ length: 10_000 }, (_, n) => `    at f${n} (/srv/x/${n}.js:1:1)`);
  await world.send([
    { message: "long ".repeat(200_000), service: "large", attributes },
    { message: `Error\n${stack.join("\n")}`, service: "large" },
    { message: "coloured \u001b[31mred\u001b[0m ".repeat(30_000), service: "large" },
  ]);
  await using tab = await world.open("/a/shop/logs?q=service:large");
  const { page } = tab;
  await page.getByRole("status").getByText("Complete").waitFor();
  for (const at of [0, 1, 2]) {
    await page.locator(".rows .line").nth(at).click();
    await settled(page);
    // Each takes its own place away.
    const more = page.locator(".below").getByRole("button", { name: /^Show / });
    for (let left = await more.count(); left > 0; left--) await more.first().click();
    await settled(page);
    await page.keyboard.press("Escape");
    await page.locator(".rows .line").nth(at).focus();
    await page.keyboard.press("Enter");
    for (const name of ["JSON", "Context", "Raw"]) {
      await page.getByRole("tab", { name }).click();
      await settled(page);
    }
    await page.keyboard.press("Escape");
  }
  const { longMs } = await watched(page);
  add("longest task of rows of a megabyte and 500 fields", "ms", 200, Math.max(0, ...longMs));
}
