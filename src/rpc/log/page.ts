/**
 * Pages of a list that is computed whole: the token is the place to go on from.
 */
import { invalid } from "../../domain/fault.ts";

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;

/** Throws `invalid` for a size above 1,000 and for a token that no answer gave. */
export function pageOf<T>(
  all: readonly T[],
  request: { pageSize: number; pageToken: string },
): { items: readonly T[]; nextPageToken: string } {
  const { size, from } = pageRequest(request);
  const end = from + size;
  return { items: all.slice(from, end), nextPageToken: end < all.length ? String(end) : "" };
}

export function pageRequest(request: { pageSize: number; pageToken: string }): {
  size: number;
  from: number;
} {
  if (request.pageSize > MAX_PAGE_SIZE) throw invalid("page_size", `at most ${MAX_PAGE_SIZE}`);
  if (!/^\d{0,9}$/.test(request.pageToken)) throw invalid("page_token", "not a token of this list");
  return {
    size: request.pageSize === 0 ? DEFAULT_PAGE_SIZE : request.pageSize,
    from: Number(request.pageToken),
  };
}
