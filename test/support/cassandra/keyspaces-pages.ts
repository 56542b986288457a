/**
 * Pages as Amazon Keyspaces may give them: cut short, empty, or saying that more follows when nothing does.
 * Invariant: whoever asks on until no state is given gets the rows that the node has, each once and in order.
 */
import type { Random } from "../sample-logs.ts";
import { pageIn, type Parameters, repaged } from "./keyspaces-frames.ts";

const DEFAULT_ROWS = 5_000;
const MAX_SHORT_ROWS = 5;
/** Nothing that a node gives begins so. Then a byte for what follows, one for the size of its pages, the node's own state. */
const MARK = Buffer.from("guard:");
const FOLLOWS = { page: 0, nothing: 1 } as const;

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

interface State {
  readonly isOver: boolean;
  /** 0: as many as were asked for. */
  readonly rows: number;
  readonly own: Buffer | undefined;
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
  return ({ pageSize = DEFAULT_ROWS, pageState }) => {
    const before = readState(pageState);
    const luck = !before.isOver && random.unit() < share ? random.below(3) : undefined;
    // A query whose LIMIT is within the size of a page is begun anew whatever state comes with it, so that a size which was
    // made smaller once stays so.
    const rows =
      before.rows === 0 && luck === 0 && pageState === undefined
        ? 1 + random.below(MAX_SHORT_ROWS)
        : before.rows;
    if (rows > 0) met.shortPage++;
    const stateOf = (own: Buffer | undefined, follows: number): Buffer =>
      Buffer.concat([MARK, Buffer.of(follows, rows), own ?? Buffer.alloc(0)]);

    return {
      page: { pageSize: rows === 0 ? pageSize : rows, pageState: before.own },
      answer: (result) => {
        const { isRows, next } = pageIn(result);
        if (!isRows) return result;
        if (before.isOver) return repaged(result, { keepRows: false, pageState: undefined });
        if (luck === 1) {
          met.emptyPage++;
          return repaged(result, {
            keepRows: false,
            pageState: stateOf(before.own, FOLLOWS.page),
          });
        }
        if (next !== undefined)
          return repaged(result, { keepRows: true, pageState: stateOf(next, FOLLOWS.page) });
        if (luck !== 2) return result;
        met.emptyLastPage++;
        return repaged(result, {
          keepRows: true,
          pageState: stateOf(before.own, FOLLOWS.nothing),
        });
      },
    };
  };
}

function readState(state: Buffer | undefined): State {
  if (state === undefined || !state.subarray(0, MARK.length).equals(MARK))
    return { isOver: false, rows: 0, own: state };
  const own = state.subarray(MARK.length + 2);
  return {
    isOver: state[MARK.length] === FOLLOWS.nothing,
    rows: state[MARK.length + 1] ?? 0,
    own: own.length === 0 ? undefined : own,
  };
}
