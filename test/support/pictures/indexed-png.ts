/**
 * A picture of at most 256 colours as PNG: a byte a pixel, deflated as well as zlib can.
 * Source: PNG, W3C recommendation of 2003, sections 5.3 (chunks), 11.2.2 (IHDR) and 11.2.3 (PLTE).
 */
import { crc32, deflateSync } from "node:zlib";

export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each colour. */
  readonly palette: readonly number[];
  /** A byte a pixel, in base64. */
  readonly pixels: string;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BITS = 8;
const INDEXED = 3;

export function pngOf({ width, height, palette, pixels }: IndexedPicture): Buffer {
  const bytes = Buffer.from(pixels, "base64");
  // Each row begins with its filter: none, as neighbours in a palette are strangers.
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    bytes.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([BITS, INDEXED, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette)),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** @param png as `pngOf` makes it. @returns its colours, in their order. */
export function paletteOf(png: Buffer): readonly number[] {
  const at = png.indexOf("PLTE");
  return [...png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))];
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
