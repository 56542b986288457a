/**
 * Reads the answer of an export.
 * Invariant: lines of entries are passed on whole and in order; the last line, which tells how the export ended, never
 * is. A line that was cut off is dropped.
 */

/** As the server writes it. */
export interface ExportEnd {
  readonly complete: boolean;
  readonly partial_reason: string;
  /** Sentences about what is missing among the entries given. */
  readonly skipped: readonly string[];
  readonly next_cursor: string;
}

/**
 * @param pass given whole lines and how many they are.
 * @returns undefined when the stream ended without its last line; throws what the stream throws.
 */
export async function exportedLines(
  body: AsyncIterable<Uint8Array>,
  pass: (lines: string, count: number) => void,
): Promise<ExportEnd | undefined> {
  const decoder = new TextDecoder();
  // The last whole line, which may be the end, and what has come of the one behind it.
  let held = "";
  const give = (upTo: number): void => {
    const lines = held.slice(0, upTo);
    held = held.slice(upTo);
    if (lines !== "") pass(lines, lineFeeds(lines));
  };
  try {
    for await (const chunk of body) {
      held += decoder.decode(chunk, { stream: true });
      const last = held.lastIndexOf("\n");
      if (last > 0) give(held.lastIndexOf("\n", last - 1) + 1);
    }
  } finally {
    // Of a stream that breaks, too, whole lines are passed on.
    held = held.slice(0, held.lastIndexOf("\n") + 1);
    if (endOf(held) === undefined) give(held.length);
  }
  return endOf(held);
}

function lineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Entries have no member `complete`. */
function endOf(line: string): ExportEnd | undefined {
  if (!line.startsWith('{"complete":')) return undefined;
  return JSON.parse(line) as ExportEnd;
}
