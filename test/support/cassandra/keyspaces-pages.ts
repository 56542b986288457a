/**
 * Pages as Amazon Keyspaces may give them: cut short, empty, or saying that more follows when nothing does.
 * Invariant: whoever asks on until no state is given gets the rows that the node has, each once and in order.
 */
import type { Random } from "../sample-logs.ts";
import { pageIn, type Parameters, repaged } from "./keyspaces-frames.ts";

/** In the state of a page, before the state that the node gave. No node's begins so. */
const EMPTY = Buffer.from("guard:empty:");
const LAST = Buffer.from("guard:last:");
const DEFAULT_ROWS = 5_000;

export interface MetPages {
  shortPage: number;
  emptyPage: number;
  emptyLastPage: number;
}

export interface PlannedPage {
  /** What the node is asked for. */
  readonly page: { readonly pageSize: number; readonly pageState: Buffer | undefined };
  /** What is made of its answer. */
  readonly answer: (result: Buffer) => Buffer;
}

/** @param share of the pages that have such luck, in [0, 1). */
export function createPages({
  random,
  share,
  met,
}: {
  random: Random;
  share: number;
  met: MetPages;
}): (sent: Parameters) => PlannedPage {
  return ({ pageSize = DEFAULT_ROWS, pageState: sent }) => {
    const isLast = startsWith(sent, LAST);
    const isRepeated = startsWith(sent, EMPTY);
    const pageState = isLast || isRepeated ? without(sent, isLast ? LAST : EMPTY) : sent;
    const page = { pageSize, pageState };
    const next = (mark: Buffer): Buffer => Buffer.concat([mark, pageState ?? Buffer.alloc(0)]);
    const rowsOnly = (change: (result: Buffer, hasMore: boolean) => Buffer) => (result: Buffer) => {
      const { isRows, hasMore } = pageIn(result);
      return isRows ? change(result, hasMore) : result;
    };

    if (isLast) {
      const answer = rowsOnly((result) =>
        repaged(result, { keepRows: false, pageState: undefined }),
      );
      return { page, answer };
    }
    if (random.unit() >= share) return { page, answer: (result) => result };
    const luck = random.pick(["short", "empty", "empty last"]);
    if (luck === "short") {
      met.shortPage++;
      const few = 1 + random.below(3);
      return { page: { pageSize: few, pageState }, answer: (result) => result };
    }
    if (luck === "empty") {
      met.emptyPage++;
      const answer = rowsOnly((result) =>
        repaged(result, { keepRows: false, pageState: next(EMPTY) }),
      );
      return { page, answer };
    }
    const answer = rowsOnly((result, hasMore) => {
      if (hasMore) return result;
      met.emptyLastPage++;
      return repaged(result, { keepRows: true, pageState: next(LAST) });
    });
    return { page, answer };
  };
}

function startsWith(state: Buffer | undefined, mark: Buffer): boolean {
  return state?.subarray(0, mark.length).equals(mark) ?? false;
}

function without(state: Buffer | undefined, mark: Buffer): Buffer | undefined {
  return state === undefined || state.length === mark.length
    ? undefined
    : state.subarray(mark.length);
}
