/** What is drawn on a canvas of the page, to be called in it. */

/**
 * Where ink of a token's colour stands, in shares of the width; null where there is none.
 * @param fromY in CSS pixels of the canvas; below 0: from its foot.
 */
export function inkOf(
  selector: string,
  token: string,
  fromY: number,
  toY: number,
): { from: number; to: number } | null {
  const canvas = document.querySelector(selector);
  const pen = canvas instanceof HTMLCanvasElement ? canvas.getContext("2d") : null;
  if (!(canvas instanceof HTMLCanvasElement) || pen === null) return null;
  const hex = getComputedStyle(canvas).getPropertyValue(token).trim();
  const wanted = Number.parseInt(hex.slice(1), 16);
  const { width, height } = canvas;
  const scale = height / canvas.clientHeight;
  const line = (y: number): number => Math.round((y < 0 ? canvas.clientHeight + y : y) * scale);
  const top = line(fromY);
  const { data } = pen.getImageData(0, top, width, Math.max(1, line(toY) - top));
  let [from, to] = [Infinity, -Infinity];
  for (let at = 0; at < data.length; at += 4) {
    const color = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    if (color !== wanted || data[at + 3] !== 255) continue;
    const x = (at / 4) % width;
    from = Math.min(from, x / width);
    to = Math.max(to, (x + 1) / width);
  }
  return to < 0 ? null : { from, to };
}
