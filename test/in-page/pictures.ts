/**
 * Pictures in the browser: compared, and made small. Run in the browser (../support/in-page.ts): it imports nothing.
 * Invariant: equal pictures are made small to equal ones.
 */

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
  const places = new Map(kept.map((colour, at) => [colour, at]));
  const place = (at: number): number => {
    const known = places.get(exactAt(data, at)) ?? places.get(rounded(at));
    if (known !== undefined) return known;
    const far = kept.map((one) => distance(one, rounded(at)));
    const nearest = far.indexOf(Math.min(...far));
    places.set(rounded(at), nearest);
    return nearest;
  };
  let pixels = "";
  for (let at = 0; at < data.length; at += 4) pixels += String.fromCharCode(place(at));
  return {
    width: canvas.width,
    height: canvas.height,
    palette: kept.flatMap((colour) => channels(colour)),
    pixels: btoa(pixels),
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

export interface Difference {
  /** Pixels with a channel that differs by more than asked. */
  readonly pixels: number;
  /** Around them: left, top, right, bottom. */
  readonly box: readonly number[];
  /** "" when the pictures are as large as each other. */
  readonly size: string;
}

export async function differenceOf(
  kept: string,
  png: string,
  tolerated: number,
): Promise<Difference> {
  const [before, after] = [await drawn(kept), await drawn(png)];
  const { width, height } = after.canvas;
  if (before.canvas.width !== width || before.canvas.height !== height)
    return {
      pixels: width * height,
      box: [0, 0, width, height],
      size: `${before.canvas.width} × ${before.canvas.height} was ${width} × ${height}`,
    };
  const [a, b] = [before.data, after.data];
  let pixels = 0;
  const box = [width, height, 0, 0];
  for (let at = 0; at < a.length; at += 4) {
    if (
      isNear(a, b, at, tolerated) &&
      isNear(a, b, at + 1, tolerated) &&
      isNear(a, b, at + 2, tolerated)
    )
      continue;
    pixels++;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    box[0] = Math.min(box[0] ?? x, x);
    box[1] = Math.min(box[1] ?? y, y);
    box[2] = Math.max(box[2] ?? x, x);
    box[3] = Math.max(box[3] ?? y, y);
  }
  return { pixels, box, size: "" };
}

function isNear(
  a: Uint8ClampedArray,
  b: Uint8ClampedArray,
  at: number,
  tolerated: number,
): boolean {
  return Math.abs((a[at] ?? 0) - (b[at] ?? 0)) <= tolerated;
}

async function drawn(
  base64: string,
): Promise<{ canvas: OffscreenCanvas; data: Uint8ClampedArray }> {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const paint = canvas.getContext("2d");
  if (paint === null) throw new Error("there is no canvas");
  paint.drawImage(image, 0, 0);
  return { canvas, data: paint.getImageData(0, 0, image.width, image.height).data };
}
