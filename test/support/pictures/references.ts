/**
 * The pictures of the page as they are to look, kept in `test/pictures/` as PNG of few colours.
 * Invariant: pictures are compared only where letters are drawn as they were when the pictures were taken: by the same
 * version of Chromium, with the same fonts. Elsewhere every letter would differ, and say nothing of the page.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { inPage } from "../in-page.ts";
import { type IndexedPicture, pngOf } from "./indexed-png.ts";
import type { Picture } from "./take.ts";

const FOLDER = join(import.meta.dirname, "../../pictures");
const HAND = join(FOLDER, "drawn-by.json");
/** What differs is put here, to be looked at. */
const DIFFERENT = join(import.meta.dirname, "../../../node_modules/.cache/argus-pictures");
/** Of 255 a channel: what is kept is rounded by up to 9, and half-transparent tints are composed a shade apart. */
const TOLERATED_SHADE = 48;
/**
 * Pixels of a picture: a glyph of text has more, so that no changed letter passes; the edge of a scroll thumb, which
 * depends on when it was last drawn, and colours that are rare have fewer.
 */
const TOLERATED_PIXELS = 12;

interface Hand {
  readonly chromium: string;
  readonly letters: number;
}

/** Who draws in this browser. */
export async function handOf(browser: Browser, blank: Page): Promise<Hand> {
  return { chromium: browser.version(), letters: await inPage(blank, "pictures", "handOf()") };
}

/** Whether the pictures that are kept were drawn by it. */
export function isSameHand(hand: Hand): boolean {
  try {
    const kept = JSON.parse(readFileSync(HAND, "utf8")) as Hand;
    return kept.chromium === hand.chromium && kept.letters === hand.letters;
  } catch {
    return false;
  }
}

/** @returns how the picture differs from the one that is kept; "" when it does not. */
export async function difference(blank: Page, { name, png }: Picture): Promise<string> {
  let kept: string;
  try {
    kept = readFileSync(pathOf(name)).toString("base64");
  } catch {
    return `${name}: there is no picture of it`;
  }
  const found = await inPage<{ pixels: number; box: readonly number[]; size: string }>(
    blank,
    "pictures",
    `differenceOf(${JSON.stringify(kept)}, ${JSON.stringify(png)}, ${TOLERATED_SHADE})`,
  );
  if (found.size === "" && found.pixels <= TOLERATED_PIXELS) return "";
  mkdirSync(DIFFERENT, { recursive: true });
  const seen = join(DIFFERENT, `${name}.png`);
  writeFileSync(seen, Buffer.from(png, "base64"));
  return `${name}: ${found.size === "" ? `${found.pixels} pixels within ${found.box.join(", ")} differ` : found.size}; it is now as in ${seen}`;
}

export function forgetAll(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}

export async function keep(blank: Page, { name, png }: Picture): Promise<void> {
  const few = await inPage<IndexedPicture>(blank, "pictures", `indexedOf(${JSON.stringify(png)})`);
  writeFileSync(pathOf(name), pngOf(few));
}

export function keepHand(hand: Hand): void {
  writeFileSync(HAND, `${JSON.stringify(hand, null, 2)}\n`);
}

/** Names of the pictures that are kept. */
export function keptNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".png"))
    .map((name) => name.slice(0, -".png".length));
}

function pathOf(name: string): string {
  return join(FOLDER, `${name}.png`);
}
