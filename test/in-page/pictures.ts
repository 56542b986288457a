/**
 * Pictures in the browser: still, compared, and written small. Run in the browser (../support/in-page.ts): it imports
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

/** @returns the picture as lossless WebP, in base64. */
export async function webpOf(png: string): Promise<string> {
  const { canvas } = await drawn(png, "image/png");
  // Chromium writes WebP of the highest quality without loss.
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 1 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
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
  webp: string,
  png: string,
  tolerated: number,
): Promise<Difference> {
  const [before, after] = [await drawn(webp, "image/webp"), await drawn(png, "image/png")];
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
  type: string,
): Promise<{ canvas: OffscreenCanvas; data: Uint8ClampedArray }> {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const paint = canvas.getContext("2d");
  if (paint === null) throw new Error("there is no canvas");
  paint.drawImage(image, 0, 0);
  return { canvas, data: paint.getImageData(0, 0, image.width, image.height).data };
}
