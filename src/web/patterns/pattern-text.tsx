/** The text of a pattern, its varying parts as chips. */
import { shownText } from "../words.ts";
import { piecesOf } from "./gap-values.ts";

export function PatternText(props: { text: string; kinds: readonly string[] }) {
  return (
    <span class="pattern-text">
      {piecesOf(props.text).map((piece, at) => (
        <>
          {at > 0 && (
            <span class="gap" key={at} title="Any one word">
              {props.kinds[at - 1] ?? "*"}
            </span>
          )}
          {shownText(piece)}
        </>
      ))}
    </span>
  );
}
