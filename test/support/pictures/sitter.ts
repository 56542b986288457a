/**
 * A page that sits for its pictures. Invariant: what it shows is decided by where it is and what was done there, never by
 * how long anything took: its clocks stand, nothing on it moves, and it is looked at when nothing more is to come.
 */
import type { Browser, Page, Request } from "playwright-core";
import { openPage } from "../browser.ts";
import { inPage } from "../in-page.ts";
import { until } from "../until.ts";
import { type Camera, cameraOf } from "./camera.ts";
import { NOW_MS } from "./incident.ts";

export const SIZES = {
  wide: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;
export type Size = keyof typeof SIZES;

/** As WCAG 2.2 asks of what is pressed by a pointer, and as a finger wants it. */
export const LEAST_PX: Readonly<Record<Size, number>> = { wide: 24, phone: 44 };

export interface Sitter extends AsyncDisposable {
  readonly page: Page;
  /** Goes to a path as if the page had just been loaded there. */
  visit(path: string): Promise<void>;
  /** Waits until no answer is under way and nothing changes any more. @param held what is never answered. */
  settle(held?: RegExp): Promise<void>;
  readonly camera: Camera;
  /** The size of text that the reader has set, px. */
  setText(px: number): Promise<void>;
  /** Seen without colours, as printed, or as it is. */
  see(as: "grey" | "colour"): Promise<void>;
}

/** Two pages sit at once, on machines that do other things, too. */
const PATIENCE_MS = 60_000;
/** Those that end when the page does. */
const STREAMS = /\/api\/v1\/tail\b/;
/** How long something takes is counted from here, for ever: nothing takes time. */
const CLOCK_STANDS = `{ const at = performance.now(); performance.now = () => at; }`;
/** Tells of what the page waits for before it goes on (../../in-page/still.ts). */
const TIMERS_ARE_TOLD = `{
  const pending = (window.pendingTimers = new Set());
  const [set, clear] = [setTimeout.bind(window), clearTimeout.bind(window)];
  window.setTimeout = (run, ms = 0, ...given) => {
    if (ms > 1000) return set(run, ms, ...given);
    const id = set(() => {
      pending.delete(id);
      run(...given);
    }, ms);
    pending.add(id);
    return id;
  };
  window.clearTimeout = (id) => {
    pending.delete(id);
    clear(id);
  };
}`;

/** @param origin of the server. */
export async function sit(browser: Browser, size: Size, origin: string): Promise<Sitter> {
  const opened = await openPage(browser, { ...SIZES[size], reducedMotion: "reduce" });
  const { page } = opened;
  page.context().setDefaultTimeout(PATIENCE_MS);
  await page.clock.setFixedTime(NOW_MS);
  await page.addInitScript(CLOCK_STANDS + TIMERS_ARE_TOLD);
  const underWay = requestsUnderWay(page);
  const session = await page.context().newCDPSession(page);
  return {
    page,
    camera: await cameraOf(page),
    async see(as) {
      const type = as === "grey" ? "achromatopsia" : "none";
      await session.send("Emulation.setEmulatedVisionDeficiency", { type });
    },
    async setText(px) {
      await session.send("Page.setFontSizes", { fontSizes: { standard: px } });
    },
    async visit(path) {
      if (await goneInPlace(page, path)) return;
      underWay.clear();
      await page.goto(origin + path);
    },
    async settle(held) {
      const isQuiet = async (): Promise<boolean> => {
        await inPage(page, "still", "untilQuiet()");
        const awaited = [...underWay].filter(
          (one) => !STREAMS.test(one.url()) && held?.test(one.url()) !== true,
        );
        if (awaited.length > 0) return false;
        return held !== undefined || (await page.locator('[aria-busy="true"]').count()) === 0;
      };
      await until("the page is still", isQuiet, PATIENCE_MS);
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** What is asked and not answered. */
function requestsUnderWay(page: Page): Set<Request> {
  const asked = new Set<Request>();
  page.on("request", (request) => asked.add(request));
  page.on("requestfinished", (request) => asked.delete(request));
  page.on("requestfailed", (request) => asked.delete(request));
  return asked;
}

/**
 * Leaves every screen by way of one that holds nothing, which costs a tenth of loading the page.
 * @returns false where something outlives its screen, or nothing was loaded yet: then it must be loaded anew.
 */
async function goneInPlace(page: Page, path: string): Promise<boolean> {
  const left = await page.evaluate<boolean>(`(async () => {
    // Messages, and that the server is away, are told on the next screen, too.
    if (document.querySelector(".bar") === null || document.querySelector(".toasts [role] > *, .away, dialog[open]") !== null)
      return false;
    ${place("/")}
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return document.querySelector(".bar, dialog") === null;
  })()`);
  if (!left) return false;
  // So that no key of the state before decides where a ring is drawn.
  await page.mouse.click(1, 1);
  await page.evaluate(place(path));
  return true;
}

function place(path: string): string {
  return `history.replaceState(null, "", ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent("popstate"));`;
}
