/**
 * The live tail as the signed-in person.
 */
import { watchedFetch } from "./connection.ts";
import { createFollow, pause } from "./follow.ts";
import { base } from "./paths.ts";
import { accessToken } from "./session.ts";

export const follow = createFollow({
  url: `${base}/api/v1/tail`,
  fetch: watchedFetch,
  token: accessToken,
  pause,
});
