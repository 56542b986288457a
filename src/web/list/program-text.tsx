/**
 * What a program wrote, on one line or as it is: its colours, and what was searched for in it.
 * Invariant: it is shown as text, whatever it holds, and never longer than asked.
 */
import { shownText } from "../words.ts";
import { ansiRuns } from "./ansi.ts";

export function ProgramText(props: {
  text: string;
  hits?: RegExp | undefined;
  /** Line feeds become signs. */
  oneLine?: boolean;
  most: number;
}) {
  const { text, most, oneLine = false } = props;
  const cut = text.length > most ? text.slice(0, most) : text;
  return (
    <bdi>
      {ansiRuns(cut).map((run, at) => {
        const shown = oneLine ? flat(shownText(run.text)) : shownText(run.text);
        const inner = props.hits === undefined ? shown : marked(shown, props.hits);
        return run.class === "" ? (
          inner
        ) : (
          <span key={at} class={run.class}>
            {inner}
          </span>
        );
      })}
    </bdi>
  );
}

function flat(text: string): string {
  return text.replaceAll("\n", "⏎").replaceAll("\t", " ");
}

function marked(text: string, hits: RegExp) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(hits)) {
    if (found[0] === "") continue;
    if (found.index > at) parts.push(text.slice(at, found.index));
    parts.push(<mark key={found.index}>{found[0]}</mark>);
    at = found.index + found[0].length;
  }
  return at === 0 ? text : [...parts, text.slice(at)];
}
