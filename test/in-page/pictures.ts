/**
 * Pictures in the browser: compared, and made small. Run in the browser (../support/in-page.ts): it imports types only.
 * Invariant: equal pictures are made small to equal ones, and one that was made small differs in no pixel from itself.
 */
import type { Difference } from "../support/pictures/difference.ts";

/** Surfaces and insides of letters, the frequent colours, are kept as they are. */
const EXACT_COLOURS = 128;
const MOST_COLOURS = 256;
/** Of 255: the others, of edges, are rounded to sixteen shades a channel. Nobody sees it, and it packs well. */
const SHADE = 17;

export interface Indexed {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each colour. */
  readonly palette: readonly number[];
  /** A byte a pixel, in base64. */
  readonly pixels: string;
}

/** @returns the picture in few colours. */
export async function indexedOf(png: string): Promise<Indexed> {
  const { canvas, data } = await drawn(png);
  const exact = mostFrequent(countsOf(data, exactAt), EXACT_COLOURS);
  const isExact = new Set(exact);
  const rounded = (at: number): number => roundedAt(data, at);
  const others = countsOf(data, (_, at) => (isExact.has(exactAt(data, at)) ? -1 : rounded(at)));
  others.delete(-1);
  const kept = [...exact, ...mostFrequent(others, MOST_COLOURS - exact.length)];
  const place = placing(kept);
  let pixels = "";
  for (let at = 0; at < data.length; at += 4) pixels += String.fromCharCode(place(data, at));
  return {
    width: canvas.width,
    height: canvas.height,
    palette: kept.flatMap((colour) => channels(colour)),
    pixels: btoa(pixels),
  };
}

/**
 * @param kept the first EXACT_COLOURS of them stand for nothing but themselves.
 * @returns which of the colours stands for a pixel; -1 where none does.
 */
function placing(kept: readonly number[]): ColourAt {
  const places = kept.map((colour, at) => [colour, at] as const);
  const exact = new Map(places.slice(0, EXACT_COLOURS));
  const rare = places.slice(EXACT_COLOURS);
  const others = new Map(rare);
  return (data, at) => {
    const rounded = roundedAt(data, at);
    const known = exact.get(exactAt(data, at)) ?? others.get(rounded);
    if (known !== undefined) return known;
    const far = rare.map(([one]) => distance(one, rounded));
    const [, nearest = -1] = rare[far.indexOf(Math.min(...far))] ?? [];
    others.set(rounded, nearest);
    return nearest;
  };
}

type ColourAt = (data: Uint8ClampedArray, at: number) => number;

function countsOf(data: Uint8ClampedArray, colourAt: ColourAt): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 4) {
    const colour = colourAt(data, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return counts;
}

function mostFrequent(counts: ReadonlyMap<number, number>, most: number): readonly number[] {
  return [...counts]
    .toSorted(([a, x], [b, y]) => y - x || a - b)
    .slice(0, most)
    .map(([colour]) => colour);
}

function exactAt(data: Uint8ClampedArray, at: number): number {
  return ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
}

function roundedAt(data: Uint8ClampedArray, at: number): number {
  const shade = (channel: number): number => Math.round((data[at + channel] ?? 0) / SHADE) * SHADE;
  return (shade(0) << 16) | (shade(1) << 8) | shade(2);
}

function channels(colour: number): [number, number, number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function distance(a: number, b: number): number {
  const [x, y] = [channels(a), channels(b)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

/**
 * @param kept PNG as `indexedOf` made it.
 * @param palette of it, in its order.
 * @param shade of 255 a channel: a pixel that is further from what was kept is of another colour.
 */
export async function differenceOf(
  kept: string,
  palette: readonly number[],
  png: string,
  shade: number,
): Promise<Difference> {
  const [before, after] = [await drawn(kept), await drawn(png)];
  const { width, height } = after.canvas;
  if (before.canvas.width !== width || before.canvas.height !== height) {
    const size = `it is ${width} × ${height} px, and was ${before.canvas.width} × ${before.canvas.height}`;
    return { pixels: width * height, shades: 0, box: [0, 0, width, height], size, marked: png };
  }
  const colours = Array.from({ length: palette.length / 3 }, (_, at) =>
    colourOf(palette.slice(3 * at, 3 * at + 3)),
  );
  const place = placing(colours);
  const marks = before.paint.createImageData(width, height);
  let [pixels, shades] = [0, 0];
  const box = [width, height, 0, 0];
  for (let at = 0; at < after.data.length; at += 4) {
    for (const channel of [0, 1, 2, 3])
      marks.data[at + channel] = channel === 3 ? 70 : (before.data[at + channel] ?? 0);
    const was = exactAt(before.data, at);
    if (colours[place(after.data, at)] === was) continue;
    if (isFar(was, exactAt(after.data, at), shade)) pixels++;
    else shades++;
    marks.data.set([255, 0, 0, 255], at);
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    box[0] = Math.min(box[0] ?? x, x);
    box[1] = Math.min(box[1] ?? y, y);
    box[2] = Math.max(box[2] ?? x, x);
    box[3] = Math.max(box[3] ?? y, y);
  }
  before.paint.putImageData(marks, 0, 0);
  return { pixels, shades, box, size: "", marked: await pngOf(before.canvas) };
}

function isFar(a: number, b: number, shade: number): boolean {
  const [x, y] = [channels(a), channels(b)];
  return x.some((one, channel) => Math.abs(one - (y[channel] ?? 0)) > shade);
}

function colourOf([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return (red << 16) | (green << 8) | blue;
}

async function pngOf(canvas: OffscreenCanvas): Promise<string> {
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

async function drawn(base64: string): Promise<{
  canvas: OffscreenCanvas;
  paint: OffscreenCanvasRenderingContext2D;
  data: Uint8ClampedArray;
}> {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const paint = canvas.getContext("2d");
  if (paint === null) throw new Error("there is no canvas");
  paint.drawImage(image, 0, 0);
  return { canvas, paint, data: paint.getImageData(0, 0, image.width, image.height).data };
}
