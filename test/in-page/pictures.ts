/**
 * Pictures in the browser: still, compared, and made small. Run in the browser (../support/in-page.ts): it imports
 * nothing. Invariant: what two runs cannot have in common is replaced before a picture is taken, never masked after.
 */

/** Texts that no two runs have in common: ids, keys, links, and how long something took. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    "0193f0a1-7c00-7000-8000-000000000000",
  ],
  [/argus_[A-Za-z0-9_-]{6,}/g, "argus_rw_7Kq2mWc9xT4vRb81LpZs0Hn6d4"],
  [/argus_([A-Za-z]{2,3})_\w+…/g, "argus_$1_7Kq2…"],
  [/(https?:\/\/127\.0\.0\.1:)\d+/g, "http://127.0.0.1:4700"],
  [/#[A-Za-z0-9_-]{20,}/g, "#7Kq2mWc9xT4vRb81LpZs0Hn6d4"],
  [/\brequest [0-9a-zA-Z-]{8,}/g, "request 0193f0a1-7c00"],
  [/^[\d.,]+ ms$/g, "12 ms"],
];

/** Gives what no two runs have in common a text of its own. */
export function makeStill(): void {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    const text = node.nodeValue ?? "";
    const still = stillText(text);
    if (still !== text) node.nodeValue = still;
  }
  // How blocks are merged by now depends on how long the run took so far.
  for (const cell of document.querySelectorAll<HTMLElement>(".status-line .cell"))
    if (/blocks?$|rows read$/.test(cell.textContent ?? ""))
      cell.textContent = (cell.textContent ?? "").endsWith("read")
        ? "4,168 rows read"
        : "4 of 4 blocks";
  for (const field of document.querySelectorAll<HTMLInputElement>("input, textarea")) {
    const still = stillText(field.value);
    if (still !== field.value) field.value = still;
  }
}

function stillText(text: string): string {
  return VOLATILE.reduce((so, [pattern, by]) => so.replaceAll(pattern, by), text);
}

/** How this machine draws letters, its own fonts included: equal numbers draw equal pictures. */
export function handOf(): number {
  const canvas = new OffscreenCanvas(400, 120);
  const paint = canvas.getContext("2d");
  if (paint === null) return 0;
  for (const [at, font] of ["system-ui", "sans-serif", "monospace", "serif"].entries()) {
    paint.font = `13.5px ${font}`;
    paint.fillText("Argus 0123 ↵ ⌘ ⏎ ▲ ● ◐ × − ± Ω Ж 数 ⟨ ␛", 2.5, 20 + at * 28);
  }
  let hash = 2_166_136_261;
  for (const byte of paint.getImageData(0, 0, 400, 120).data)
    hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  return hash;
}

/** Of 255: shades of a picture that is kept, sixteen a channel. What differs by less nobody sees, and it packs well. */
const SHADE = 17;
const MOST_COLOURS = 256;

export interface Indexed {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each colour. */
  readonly palette: readonly number[];
  /** A byte a pixel, in base64. */
  readonly pixels: string;
}

/** @returns the picture in few colours: the most frequent ones, and for the others the nearest of these. */
export async function indexedOf(png: string): Promise<Indexed> {
  const { canvas, data } = await drawn(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 4) {
    const colour = colourAt(data, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const colours = [...counts]
    .toSorted(([a, x], [b, y]) => y - x || a - b)
    .map(([colour]) => colour);
  const kept = colours.slice(0, MOST_COLOURS);
  const places = new Map(kept.map((colour, at) => [colour, at]));
  for (const colour of colours.slice(MOST_COLOURS)) {
    const far = kept.map((one) => distance(one, colour));
    places.set(colour, far.indexOf(Math.min(...far)));
  }
  let pixels = "";
  for (let at = 0; at < data.length; at += 4)
    pixels += String.fromCharCode(places.get(colourAt(data, at)) ?? 0);
  return {
    width: canvas.width,
    height: canvas.height,
    palette: kept.flatMap((colour) => channels(colour)),
    pixels: btoa(pixels),
  };
}

function colourAt(data: Uint8ClampedArray, at: number): number {
  const shade = (channel: number): number => Math.round((data[at + channel] ?? 0) / SHADE);
  return shade(0) * 256 + shade(1) * 16 + shade(2);
}

function channels(colour: number): [number, number, number] {
  return [colour >> 8, (colour >> 4) & 15, colour & 15].map((shade) => shade * SHADE) as [
    number,
    number,
    number,
  ];
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
