/** A batch on its way through one process, and whoever waits for it. */
import type { Batch } from "../nouns.ts";

export type Answer = "acknowledged" | "unavailable" | "refused";

export interface Request {
  readonly batch: Batch;
  /** Set once; the client may never get to see it. */
  answer: Answer | undefined;
  /** Some of it was refused for now; the same batch may be sent again. */
  partly: boolean;
}

export interface Pending {
  readonly batch: Batch;
  /** Admitted entries by bucket. */
  readonly admitted: ReadonlyMap<number, number>;
  readonly waiters: Request[];
  /** Oracle: true time. */
  readonly receivedAt: number;
}
