/**
 * What can be done with a text that was selected in the list: search it, leave it out, copy it.
 * Invariant: it is there only while something is selected, and floats over the page.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { quote } from "../../query/problem.ts";
import { withFilter } from "../query/terms.ts";
import { copyAndSay } from "../shell/copied.ts";

const MOST_CHARS = 200;

interface Selected {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export function SelectionBar(props: { query: string; onQuery: (query: string) => void }) {
  const selected = useSignal<Selected | undefined>(undefined);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const read = (): void => {
      const selection = getSelection();
      const text = selection?.toString().trim() ?? "";
      const anchor = selection?.anchorNode?.parentElement?.closest(".rows, .panel-body");
      if (
        selection === null ||
        selection.isCollapsed ||
        anchor === null ||
        anchor === undefined ||
        text === "" ||
        text.length > MOST_CHARS ||
        text.includes("\n")
      ) {
        selected.value = undefined;
        return;
      }
      const box = selection.getRangeAt(0).getBoundingClientRect();
      selected.value = { text, x: box.left, y: box.bottom };
    };
    document.addEventListener("selectionchange", read);
    return () => document.removeEventListener("selectionchange", read);
  }, []);
  const now = selected.value;
  if (now === undefined) return null;
  const terms = [
    ["Include", withFilter(props.query, quote(now.text))],
    ["Exclude", withFilter(props.query, `-${quote(now.text)}`)],
  ] as const;
  const done = (): void => {
    getSelection()?.removeAllRanges();
    selected.value = undefined;
  };
  return (
    <div
      ref={bar}
      class="selection-bar"
      role="toolbar"
      aria-label="Selected text"
      style={{
        left: `${Math.min(now.x, innerWidth - 240)}px`,
        top: `${Math.min(now.y + 6, innerHeight - 60)}px`,
      }}
      onMouseDown={(event) => event.preventDefault()}
    >
      {terms.map(([name, query]) =>
        query === undefined ? null : (
          <button
            type="button"
            key={name}
            class="plain"
            title={query}
            onClick={() => {
              done();
              props.onQuery(query);
            }}
          >
            {name}
          </button>
        ),
      )}
      <button
        type="button"
        class="plain"
        onClick={() => {
          void copyAndSay(now.text);
          done();
        }}
      >
        Copy
      </button>
    </div>
  );
}
