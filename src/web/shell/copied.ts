/**
 * Copies where nothing else on screen would say so. Invariant: it is said in any case, and what to do where it failed.
 */
import { copyText } from "../copy.ts";
import { say } from "./toasts.tsx";

/** @param refused said where the browser lets no page copy: also what a person can do instead. */
export async function copyAndSay(
  text: string,
  said = "Copied",
  refused = "The browser let nothing be copied: select the text and copy that",
): Promise<void> {
  if (await copyText(text)) say(said);
  else say(refused, "error");
}
