/**
 * Links to an entry, for other people.
 */
import { copyText } from "../copy.ts";
import { base } from "../paths.ts";
import { say } from "../shell/toasts.tsx";

export function copyEntryLink(app: string, id: string): void {
  const link = `${location.origin}${base}/a/${encodeURIComponent(app)}/e/${id}`;
  void copyText(link).then(() => say("Link copied"));
}
