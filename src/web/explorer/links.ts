/**
 * Links to an entry, for other people.
 */
import { base } from "../paths.ts";
import { copyAndSay } from "../shell/copied.ts";

export function copyEntryLink(app: string, id: string): void {
  const link = `${location.origin}${base}/a/${encodeURIComponent(app)}/e/${id}`;
  void copyAndSay(
    link,
    "Link copied",
    "The browser let nothing be copied: open the row and copy the address of the page",
  );
}
