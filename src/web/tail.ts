/**
 * The live tail as the signed-in person. Invariant: a wait for a server that is away ends when it is back.
 */
import { returns, watchedFetch } from "./connection.ts";
import { readTail } from "./decode/decoding.ts";
import { createFollow, pause } from "./follow.ts";
import { base } from "./paths.ts";
import { accessToken } from "./session.ts";

export const follow = createFollow({
  url: `${base}/api/v1/tail`,
  fetch: watchedFetch,
  token: accessToken,
  read: readTail,
  async pause(ms, signal) {
    const back = new AbortController();
    const before = returns.peek();
    const forget = returns.subscribe((now) => {
      if (now !== before) back.abort();
    });
    await pause(ms, AbortSignal.any([signal, back.signal]));
    forget();
  },
});
