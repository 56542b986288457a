/**
 * The live tail as the signed-in person.
 */
import { createFollow, pause } from "./follow.ts";
import { base } from "./paths.ts";
import { accessToken } from "./session.ts";

export const follow = createFollow({
  url: `${base}/api/v1/tail`,
  fetch: (input, init) => fetch(input, init),
  token: accessToken,
  pause,
});
