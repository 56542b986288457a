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
import type { Difference } from "./difference.ts";
import { type IndexedPicture, paletteOf, pngOf } from "./indexed-png.ts";
import type { Picture } from "./take.ts";

const FOLDER = join(import.meta.dirname, "../../pictures");
const DRAWN_BY = join(FOLDER, "drawn-by.json");
/** What differs is put here, to be looked at. */
const DIFFERENT = join(import.meta.dirname, "../../../node_modules/.cache/argus-pictures");
/** Of 255 a channel: what is no further from what was kept is of another shade, and else of another colour. */
const SHADE = 24;
/** Pixels of another colour: the least letter that changes has more. */
const TOLERATED_PIXELS = 12;
/** Share of the pixels that may be of another shade. Hairlines, or the words of one line, are more: what may pass is how
 * edges are smoothed. So far two runs never differed in any pixel where the page was the same. */
const TOLERATED_SHADES = 0.0002;

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

/** @returns how the picture differs from the one that is kept, and where that can be looked at; "" when it does not. */
export async function difference(
  kept: DrawnBy,
  blank: Page,
  { name, png }: Picture,
): Promise<string> {
  if (kept.pictures[name] === digestOf(png)) return "";
  let before: Buffer;
  try {
    before = readFileSync(pathOf(name));
  } catch {
    return `${name}: there is no picture of it`;
  }
  const found = await differenceBetween(blank, before, png);
  if (found === undefined) return "";
  const { pixels, shades, box, size } = found;
  const [left = 0, top = 0, right = 0, bottom = 0] = box;
  const what =
    size === ""
      ? `${pixels} pixels are of another colour and ${shades} of another shade, within ${left}, ${top} and ${right}, ${bottom}`
      : size;
  const marked = setAside(`${name}.marked`, Buffer.from(found.marked, "base64"));
  return `${name}: ${what}; now ${setAside(name, png)}, and where it differs ${marked}`;
}

/** @param before as `smallOf` made it. @returns undefined where what differs is no more than is tolerated. */
export async function differenceBetween(
  blank: Page,
  before: Buffer,
  png: Buffer,
): Promise<Difference | undefined> {
  const palette = JSON.stringify(paletteOf(before));
  const [was, is] = [before, png].map((one) => JSON.stringify(one.toString("base64")));
  const call = `differenceOf(${was}, ${palette}, ${is}, ${SHADE})`;
  const found = await inPage<Difference>(blank, "pictures", call);
  const { pixels, shades, size } = found;
  // Of the head of a PNG.
  const mostShades = png.readUInt32BE(16) * png.readUInt32BE(20) * TOLERATED_SHADES;
  const isSame = size === "" && pixels <= TOLERATED_PIXELS && shades <= mostShades;
  return isSame ? undefined : found;
}

/** Those that an earlier run put aside. */
export function forgetDifferent(): void {
  rmSync(DIFFERENT, { recursive: true, force: true });
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
  writeFileSync(pathOf(name), await smallOf(blank, png));
}

/** @returns the picture in few colours. */
export async function smallOf(blank: Page, png: Buffer): Promise<Buffer> {
  const call = `indexedOf(${JSON.stringify(png.toString("base64"))})`;
  return pngOf(await inPage<IndexedPicture>(blank, "pictures", call));
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
