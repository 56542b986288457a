/** What reading for one request takes: the store, how its bytes are opened, and what it may spend. */
import type { LogReads } from "../storage/log-store.ts";
import type { BlockOpener } from "./block-opener.ts";
import type { Spending } from "./spending.ts";

export interface RunDeps {
  readonly store: LogReads;
  readonly opener: BlockOpener;
  readonly spending: Spending;
}
