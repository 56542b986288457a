/**
 * Turns strings into UTF-8 for a row sink, which takes bytes by place.
 * Invariant: bytes written since the last `reset` stay where they are until the next one, whatever is written
 * after them; lone surrogates become U+FFFD.
 */
import { Buffer } from "node:buffer";

/** Holds a usual row; small requests are many, and each begins with one. */
const FIRST_BYTES = 8 * 1024;

export class TextScratch {
  /** Holds what `put` wrote last; another array after a `put` that found too little room. */
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** End of what `put` wrote last. */
  end = 0;

  /** Before each row: the places given out for the row before may be overwritten. */
  reset(): void {
    this.end = 0;
  }

  /** @returns where the text begins in `bytes`; it ends at `end`. */
  put(text: string): number {
    const most = text.length * 3;
    if (this.end + most > this.bytes.length) {
      // The old array is left as it is: the sink may still look into it.
      this.bytes = Buffer.allocUnsafeSlow(Math.max(most, this.bytes.length * 2));
      this.end = 0;
    }
    const start = this.end;
    this.end = start + this.bytes.write(text, start, "utf8");
    return start;
  }
}
