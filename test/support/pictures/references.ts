/**
 * The pictures of the page as they are to look, kept in `test/pictures/` as PNG of few colours, with the digest of each as
 * it was drawn. Invariant: pictures are compared only where this browser draws as the one did that took them: the same
 * version of Chromium, which draws the same letters, edges and tints. Elsewhere each would differ, and say nothing of the page.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { inPage } from "../in-page.ts";
import { type IndexedPicture, pngOf } from "./indexed-png.ts";
import type { Picture } from "./take.ts";

const FOLDER = join(import.meta.dirname, "../../pictures");
const DRAWN_BY = join(FOLDER, "drawn-by.json");
/** What differs is put here, to be looked at. */
const DIFFERENT = join(import.meta.dirname, "../../../node_modules/.cache/argus-pictures");
/** Of 255 a channel: what is kept is rounded by up to 9. */
const TOLERATED_SHADE = 48;
/** Pixels of a picture: colours that are rare are kept as their nearest. A glyph has more, so that no changed letter passes. */
const TOLERATED_PIXELS = 12;

/** What draws pictures, and the digests of those that it drew, by name. */
export interface Hand {
  readonly chromium: string;
  /** Of a page with letters, edges, tints and shadows. */
  readonly specimen: string;
}

interface DrawnBy extends Hand {
  readonly pictures: Readonly<Record<string, string>>;
}

export function isSameHand(a: Hand, b: Hand | undefined): boolean {
  return a.chromium === b?.chromium && a.specimen === b.specimen;
}

/** @returns who drew the pictures that are kept; undefined when nobody says. */
export function keptHand(): DrawnBy | undefined {
  try {
    return JSON.parse(readFileSync(DRAWN_BY, "utf8")) as DrawnBy;
  } catch {
    return undefined;
  }
}

export function digestOf(png: Buffer): string {
  return createHash("sha256").update(png).digest("base64url").slice(0, 16);
}

/** @returns how the picture differs from the one that is kept; "" when it does not. */
export async function difference(
  kept: DrawnBy,
  blank: Page,
  { name, png }: Picture,
): Promise<string> {
  if (kept.pictures[name] === digestOf(png)) return "";
  let before: string;
  try {
    before = readFileSync(pathOf(name)).toString("base64");
  } catch {
    return `${name}: there is no picture of it`;
  }
  const found = await inPage<{ pixels: number; box: readonly number[]; size: string }>(
    blank,
    "pictures",
    `differenceOf(${JSON.stringify(before)}, ${JSON.stringify(png.toString("base64"))}, ${TOLERATED_SHADE})`,
  );
  if (found.size === "" && found.pixels <= TOLERATED_PIXELS) return "";
  const what =
    found.size === "" ? `${found.pixels} pixels within ${found.box.join(", ")} differ` : found.size;
  return `${name}: ${what}; it is now as in ${setAside(name, png)}`;
}

/** Puts a picture where it can be looked at. @returns its path. */
export function setAside(name: string, png: Buffer): string {
  mkdirSync(DIFFERENT, { recursive: true });
  const path = join(DIFFERENT, `${name}.png`);
  writeFileSync(path, png);
  return path;
}

export function forgetAll(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}

export async function keep(blank: Page, { name, png }: Picture): Promise<void> {
  const few = await inPage<IndexedPicture>(
    blank,
    "pictures",
    `indexedOf(${JSON.stringify(png.toString("base64"))})`,
  );
  writeFileSync(pathOf(name), pngOf(few));
}

export function keepHand(drawnBy: DrawnBy): void {
  writeFileSync(DRAWN_BY, `${JSON.stringify(drawnBy, null, 2)}\n`);
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
