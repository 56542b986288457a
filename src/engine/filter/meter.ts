/**
 * Where tests say how much work they are about to do.
 * Invariant: told before it is done, so that whoever hears of it may look at the time and end the test by throwing.
 */
import type { BlockScan } from "./block-scan.ts";

export interface Meter {
  /** Before work like that of an ordinary test over so many bytes of text. */
  work(bytes: number): void;
}

/** Of tests of what is certainly short. */
export const UNMETERED: Meter = { work: () => undefined };

/** Passes it on to the scan under way: tests are compiled once, and run over many. */
export class ScanMeter implements Meter {
  #scan: BlockScan | undefined;

  work(bytes: number): void {
    this.#scan?.work(bytes);
  }

  during<T>(scan: BlockScan, run: () => T): T {
    this.#scan = scan;
    try {
      return run();
    } finally {
      this.#scan = undefined;
    }
  }
}
