/**
 * A block that tells which of its columns are asked for, and what decoding them costs.
 * Invariant: its answers are the block's own, views included.
 */
import type { Entry } from "../../domain/entry.ts";
import type { BatchId } from "../../domain/ids.ts";
import type { BlockReader, ColumnView } from "../../engine/block/block-reader.ts";

export interface ColumnWatch {
  /** Does what may decode the column for the first time. */
  see<T>(column: string, decode: () => T): T;
}

const BUILTINS = ["message", "service", "host", "trace_id", "span_id"] as const;

export class WatchedBlock implements BlockReader {
  readonly rows: number;
  readonly batches: readonly BatchId[];
  readonly #block: BlockReader;
  readonly #watch: ColumnWatch;

  constructor(block: BlockReader, watch: ColumnWatch) {
    this.#block = block;
    this.#watch = watch;
    this.rows = block.rows;
    this.batches = block.batches;
  }

  get timeMs(): Float64Array {
    return this.#watch.see("time", () => this.#block.timeMs);
  }

  get timeRemNanos(): Uint32Array {
    return this.#watch.see("time", () => this.#block.timeRemNanos);
  }

  get severities(): Uint8Array {
    return this.#watch.see("level", () => this.#block.severities);
  }

  get batchOf(): Uint32Array {
    return this.#watch.see("id", () => this.#block.batchOf);
  }

  get indexInBatch(): Uint32Array {
    return this.#watch.see("id", () => this.#block.indexInBatch);
  }

  get attributeNames(): readonly string[] {
    return this.#block.attributeNames;
  }

  builtin(name: (typeof BUILTINS)[number]): ColumnView {
    return this.#watch.see(name, () => this.#block.builtin(name));
  }

  attribute(name: string): ColumnView | undefined {
    return this.#watch.see(name, () => this.#block.attribute(name));
  }

  *attributeColumns(): Iterable<{ readonly name: string; readonly column: ColumnView }> {
    yield* this.#block.attributeColumns();
  }

  restObjects(): ColumnView | undefined {
    return this.#block.restObjects();
  }

  truncatedNames(): ColumnView | undefined {
    return this.#block.truncatedNames();
  }

  receivedMs(batch: number): number {
    return this.#block.receivedMs(batch);
  }

  entry(row: number): Entry {
    // Everything of an entry is read: each column by its own name.
    void [this.timeMs, this.timeRemNanos, this.severities, this.batchOf, this.indexInBatch];
    for (const name of BUILTINS) this.builtin(name);
    for (const name of this.attributeNames) this.attribute(name);
    return this.#block.entry(row);
  }

  heldBytes(): number {
    return this.#block.heldBytes();
  }

  giveBack(): void {
    this.#block.giveBack();
  }
}
