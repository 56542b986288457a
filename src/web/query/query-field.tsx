/**
 * The query as text, coloured while it is typed.
 * Invariants: what was typed is never changed by itself; a wrong query never runs and the results of the last one stay;
 * nothing runs while a text is being composed.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { highlight } from "../../query/highlight.ts";
import { printQuery } from "../../query/print.ts";
import { Icon } from "../parts/icon.tsx";
import { isApple } from "../shortcuts.ts";
import { keepDraft, keptDraft } from "./draft.ts";
import { languageReady, loadLanguage, withLanguage } from "./language-later.ts";
import { parsed } from "./parsed.ts";
import { QueryProblem } from "./query-problem.tsx";
import { recentQueries } from "./recent.ts";
import { SuggestionList } from "./suggestion-list.tsx";
import { type NameSource, useSuggestions } from "./use-suggestions.ts";

/** How long a hand rests before a mistake is pointed out. */
const REST_MS = 600;

export function QueryField(props: {
  app: string;
  query: string;
  busy: boolean;
  /** What is in the field now. */
  text: Signal<string>;
  focus: { current: () => void };
  source: NameSource;
  /** Names are of a range: another one asks anew. */
  of: string;
  onRun: (query: string) => void;
  onNewTab: (query: string) => void;
}) {
  const { text } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const colours = useRef<HTMLPreElement>(null);
  const cursor = useSignal(0);
  const wantedCursor = useRef<number | undefined>(undefined);
  const isOpen = useSignal(false);
  const showsRecent = useSignal(false);
  const chosen = useSignal(0);
  /** Arrows moved in the list: Enter takes what they chose. */
  const isChosen = useSignal(false);
  const told = useSignal(true);
  const suggestions = useSuggestions({
    text,
    cursor,
    isOpen,
    chosen,
    showsRecent,
    recent: () => recentQueries(props.app),
    source: props.source,
    of: props.of,
  });

  const isFirst = useRef(true);
  useEffect(() => {
    text.value = (isFirst.current ? keptDraft() : undefined) ?? props.query;
    isFirst.current = false;
    told.value = true;
  }, [props.query]);
  useEffect(() => {
    const timer = setTimeout(() => (told.value = true), REST_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  useLayoutEffect(() => {
    const at = wantedCursor.current;
    if (at === undefined || field.current === null) return;
    wantedCursor.current = undefined;
    field.current.setSelectionRange(at, at);
  });
  props.focus.current = () => {
    field.current?.focus();
    field.current?.select();
  };

  const result = parsed(text.value);
  const error = result.ok || !told.value ? undefined : result.error;
  const isEmpty = text.value.trim() === "";
  const isEdited = text.value.trim() !== props.query.trim();
  const tidied = useMemo(
    () => (languageReady.value && result.ok ? printQuery(result.query) : ""),
    [result, languageReady.value],
  );
  const close = (): void => {
    isOpen.value = false;
    showsRecent.value = false;
    isChosen.value = false;
    chosen.value = 0;
  };
  const put = (next: string, at = next.length): void => {
    text.value = next;
    cursor.value = at;
    wantedCursor.current = at;
    told.value = false;
    isChosen.value = false;
    chosen.value = 0;
    field.current?.focus();
  };
  /** As if it were typed: what was there before comes back by the browser's own undo. */
  const restore = (): void => {
    field.current?.select();
    // oxlint-disable-next-line no-deprecated -- nothing else writes into a field and can be undone
    document.execCommand("insertText", false, props.query);
    put(props.query);
    close();
  };
  const run = (query: string): void => {
    text.value = query;
    told.value = true;
    close();
    withLanguage(() => {
      if (parsed(query).ok) props.onRun(query);
    });
  };
  const take = (at: number): void => {
    const item = suggestions.items.value[at];
    // What is offered is a whole text: of one that has changed since, it would lose a letter.
    if (item === undefined || !suggestions.isNew()) return;
    if (item.kind === "recent") {
      run(item.text);
      return;
    }
    put(item.text, item.cursor);
    // After `field:` its values are offered at once.
    isOpen.value = item.kind === "field" || item.kind === "pipe";
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key.length > 1) suggestions.catchUp();
    const items = suggestions.items.value;
    const isListed = isOpen.value && items.length > 0;
    if (event.key === "Enter") {
      if (event.altKey) {
        event.preventDefault();
        const { selectionStart: from, selectionEnd: to } =
          event.currentTarget as HTMLTextAreaElement;
        put(`${text.value.slice(0, from)}\n${text.value.slice(to)}`, from + 1);
      } else if (isApple ? event.metaKey : event.ctrlKey) {
        event.preventDefault();
        withLanguage(() => {
          if (parsed(text.value).ok) props.onNewTab(text.value);
        });
      } else if (!event.shiftKey) {
        event.preventDefault();
        if (isListed && isChosen.value) take(chosen.value);
        else run(text.value);
      }
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (isListed) close();
      else if (isEdited) restore();
      else field.current?.blur();
    } else if (event.key === "Tab" && isListed && !event.shiftKey) {
      event.preventDefault();
      take(chosen.value);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (isListed) {
        event.preventDefault();
        chosen.value = (chosen.value + step + items.length) % items.length;
        isChosen.value = true;
      } else if (step === 1 && text.value === "") {
        event.preventDefault();
        showsRecent.value = true;
        isOpen.value = true;
      }
    } else if (event.altKey && /^[1-3]$/.test(event.key) && error !== undefined) {
      const fix = error.fixes[Number(event.key) - 1];
      if (fix === undefined) return;
      event.preventDefault();
      run(fix);
    }
  };
  const follow = (): void => {
    cursor.value = field.current?.selectionStart ?? text.value.length;
  };
  const isListed = isOpen.value && suggestions.items.value.length > 0;
  return (
    <form
      class={`query${error === undefined ? "" : " wrong"}${isEdited ? " edited" : ""}`}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        run(text.value);
      }}
    >
      <div class="query-box">
        <kbd aria-hidden="true">/</kbd>
        <div class="query-text">
          <pre ref={colours} aria-hidden="true">
            {coloured(text.value, error)}
            {"\n"}
          </pre>
          <textarea
            ref={field}
            aria-label="Query"
            aria-haspopup="listbox"
            aria-controls={isListed ? "query-list" : undefined}
            aria-activedescendant={isListed ? `query-list-${chosen.value}` : undefined}
            aria-autocomplete="list"
            aria-invalid={error !== undefined}
            aria-describedby={error === undefined ? undefined : "query-problem"}
            placeholder="Search, e.g. timeout level:error service:web"
            rows={1}
            spellcheck={false}
            autoComplete="off"
            autocapitalize="off"
            enterkeyhint="search"
            value={text.value}
            onFocus={() => void loadLanguage().catch(() => undefined)}
            onKeyDown={onKeyDown}
            onInput={(event) => {
              text.value = event.currentTarget.value;
              told.value = false;
              showsRecent.value = false;
              isChosen.value = false;
              chosen.value = 0;
              isOpen.value = text.value !== "";
              follow();
            }}
            onSelect={follow}
            onScroll={(event) => {
              if (colours.current !== null)
                colours.current.scrollTop = event.currentTarget.scrollTop;
            }}
            onBlur={() => {
              close();
              keepDraft(text.value, props.query);
            }}
          />
        </div>
        {!isEmpty && tidied !== "" && tidied !== text.value.trim() && (
          <button
            type="button"
            class="plain tidy"
            title={`Write it as: ${tidied}`}
            onClick={() => put(tidied)}
          >
            Tidy
          </button>
        )}
        <button
          type="button"
          class="plain"
          aria-label="Run before"
          title="Run before (↓ in an empty field)"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            field.current?.focus();
            showsRecent.value = true;
            isOpen.value = !isOpen.value;
          }}
        >
          <Icon name="history" />
        </button>
        {text.value !== "" && (
          <button
            type="button"
            class="plain"
            aria-label="Clear"
            title="Clear"
            onClick={() => run("")}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {/* Never disabled: Enter would do nothing while an answer is awaited. A new run ends the old one. */}
      <button
        class={isEdited ? "run main" : "run"}
        aria-busy={props.busy}
        title={isEdited ? "Run (Enter)" : "Run again (r)"}
      >
        Run <Icon name="enter" />
      </button>
      {isListed && (
        <SuggestionList
          suggestions={suggestions}
          chosen={chosen}
          column={columnOf(text.value, cursor.value)}
          onTake={take}
        />
      )}
      {error !== undefined && !isListed && (
        <QueryProblem text={text.value} error={error} onRun={run} />
      )}
    </form>
  );
}

function coloured(
  text: string,
  error: { readonly start: number; readonly end: number } | undefined,
) {
  const parts = [];
  let at = 0;
  for (const { kind, start, end } of highlight(text)) {
    if (start > at) parts.push(text.slice(at, start));
    const isWrong =
      error !== undefined && start < Math.max(error.end, error.start + 1) && end > error.start;
    parts.push(
      <span key={start} class={`q-${kind}${isWrong ? " q-wrong" : ""}`}>
        {text.slice(start, end)}
      </span>,
    );
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}

/** In its line. */
function columnOf(text: string, cursor: number): number {
  const before = text.slice(0, cursor);
  const word = /[^\s():|,]*$/.exec(before)?.[0].length ?? 0;
  return before.length - before.lastIndexOf("\n") - 1 - word;
}
