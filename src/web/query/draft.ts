/**
 * A query that was typed and has not run. Invariant: it is kept with its entry of the history, so that loading the page
 * anew, or coming back to it, loses nothing; it is in no address and in no storage.
 */
interface Kept {
  readonly draft: string;
}

export function keepDraft(text: string, query: string): void {
  const isDraft = text.trim() !== query.trim();
  if (isDraft) history.replaceState({ draft: text } satisfies Kept, "");
  else if (keptDraft() !== undefined) history.replaceState(null, "");
}

export function keptDraft(): string | undefined {
  return (history.state as Kept | null)?.draft;
}
