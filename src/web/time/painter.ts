/**
 * A canvas in CSS pixels and the colours of the theme. Invariant: sharp on every screen; read anew for each drawing, so
 * that a change of theme is a drawing.
 */
import { textScale } from "../text-size.ts";

export interface Painter {
  readonly pen: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** A token's colour, such as `--bar-error`. */
  readonly color: (token: string) => string;
  /** A token's font, in px at the usual size of text. */
  readonly font: (px: number, token: string) => string;
  /** Slanted lines: time that was not searched. */
  readonly hatch: (x: number, y: number, width: number, height: number) => void;
}

/** @param size where it is known: to ask the canvas lays the page out. */
export function painter(
  canvas: HTMLCanvasElement,
  size?: { readonly width: number; readonly height: number },
): Painter {
  const pen = canvas.getContext("2d");
  // Every browser that runs the page draws in two dimensions.
  if (pen === null) throw new Error("no canvas");
  const width = size?.width ?? canvas.clientWidth;
  const height = size?.height ?? canvas.clientHeight;
  const ratio = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(canvas);
  // A drawing asks for the same ten a thousand times.
  const colors = new Map<string, string>();
  const color = (token: string): string => {
    let value = colors.get(token);
    if (value === undefined) colors.set(token, (value = style.getPropertyValue(token).trim()));
    return value;
  };
  return {
    pen,
    width,
    height,
    color,
    font: (px, token) => `${px * textScale.value}px ${color(token)}`,
    hatch(x, y, w, h) {
      if (w <= 0 || h <= 0) return;
      pen.save();
      pen.beginPath();
      pen.rect(x, y, w, h);
      pen.clip();
      pen.strokeStyle = color("--line-2");
      pen.lineWidth = 3;
      pen.beginPath();
      for (let at = x - h; at < x + w; at += 9) {
        pen.moveTo(at, y + h);
        pen.lineTo(at + h, y);
      }
      pen.stroke();
      pen.restore();
    },
  };
}
