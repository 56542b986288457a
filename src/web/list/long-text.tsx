/**
 * A text that may be very long. Invariants: it shows its beginning until all of it is asked for; what is long is laid out
 * only where it is seen, so that a megabyte opens as fast as a page.
 */
import { useSignal } from "@preact/signals";
import { shownText } from "../words.ts";

const SHOWN_CHARS = 4096;
/** Laid out together. */
const PIECE_CHARS = 16_384;

export function LongText(props: { text: string; most?: number }) {
  const { text, most = SHOWN_CHARS } = props;
  const all = useSignal(false);
  if (text.length <= most) return <bdi>{shownText(text)}</bdi>;
  if (all.value)
    return (
      <bdi class="long-text">
        {piecesOf(text).map((piece, at) => (
          <span key={at}>{shownText(piece)}</span>
        ))}
      </bdi>
    );
  return (
    <>
      <bdi>{shownText(text.slice(0, most))}</bdi>…{" "}
      <button type="button" class="fix" onClick={() => (all.value = true)}>
        Show all {Math.ceil(text.length / 1024).toLocaleString()} KB
      </button>
    </>
  );
}

/** At the ends of lines where there are some, and never within a character. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = at + PIECE_CHARS;
    const line = text.lastIndexOf("\n", end);
    if (line > at) end = line + 1;
    else if (/[\ud800-\udbff]/.test(text[end - 1] ?? "")) end++;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}
