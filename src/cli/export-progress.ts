/** How far an export is, on stderr. Invariant: shown on a terminal alone, on one line, which is left in the end. */
import type { World } from "./command.ts";

const SHOWN_EVERY_MS = 1000;
const MEGABYTE = 1e6;

export interface Progress {
  readonly rows: number;
  readonly bytes: number;
  add(bytes: number, rows: number): void;
  /** Leaves the line; may be repeated. */
  done(): void;
}

export function progressOf(world: World): Progress {
  let rows = 0;
  let bytes = 0;
  let shownMs = world.nowMs();
  let isDone = false;
  const show = (end: string): void => {
    const size = bytes < MEGABYTE ? "" : `, ${(bytes / MEGABYTE).toFixed(1)} MB`;
    world.note(`\r${countedRows(rows)}${size}${end}`);
  };
  return {
    get rows() {
      return rows;
    },
    get bytes() {
      return bytes;
    },
    add(moreBytes, moreRows) {
      rows += moreRows;
      bytes += moreBytes;
      if (!world.noteIsTerminal || world.nowMs() - shownMs < SHOWN_EVERY_MS) return;
      shownMs = world.nowMs();
      show("");
    },
    done() {
      if (world.noteIsTerminal && !isDone) show("\n");
      isDone = true;
    },
  };
}

export function countedRows(rows: number): string {
  return `${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`;
}
