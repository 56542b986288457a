/**
 * Copies where nothing else on screen would say so. Invariant: it is said in any case, and what to do where it failed.
 */
import { copyText } from "../copy.ts";
import { say } from "./toasts.tsx";

/** @param instead what a person can do where the browser lets no page copy. */
export async function copyAndSay(
  text: string,
  said = "Copied",
  instead = "select the text and copy that",
): Promise<void> {
  if (await copyText(text)) say(said);
  else say(`The browser let nothing be copied: ${instead}`, "error");
}
