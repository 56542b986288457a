/**
 * The query as text. A wrong one never runs: it is underlined where it is wrong, with fixes that work.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { quote } from "../../query/problem.ts";
import { parsed } from "../term.ts";
import { Marked } from "./marked.tsx";

/** How long a hand rests before a mistake is pointed out. */
const REST_MS = 600;

export function QueryField(props: {
  query: string;
  busy: boolean;
  onRun: (query: string) => void;
}) {
  const text = useSignal(props.query);
  const told = useSignal(false);
  useEffect(() => {
    text.value = props.query;
    told.value = true;
  }, [props.query]);
  useEffect(() => {
    const timer = setTimeout(() => (told.value = true), REST_MS);
    return () => clearTimeout(timer);
  }, [text.value]);

  const result = parsed(text.value);
  const error = result.ok || !told.value ? undefined : result.error;
  const run = (query: string): void => {
    text.value = query;
    told.value = true;
    if (parsed(query).ok) props.onRun(query);
  };

  return (
    <form
      class="query"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        run(text.value);
      }}
    >
      <input
        aria-label="Query"
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : "query-problem"}
        placeholder="Search, e.g. timeout level:error service:web"
        spellcheck={false}
        autoComplete="off"
        value={text.value}
        onKeyDown={(event) => {
          if (event.key === "Escape") text.value = props.query;
        }}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          told.value = false;
        }}
      />
      {/* Never disabled: Enter would do nothing while an answer is awaited. A new run ends the old one. */}
      <button class={text.value === props.query ? "run" : "run main"} aria-busy={props.busy}>
        Run
      </button>
      {error !== undefined && (
        <div id="query-problem" class="query-problem" role="alert">
          <pre>
            {text.value}
            {"\n"}
            <span aria-hidden="true">
              {" ".repeat(error.start)}
              {"^".repeat(Math.max(1, error.end - error.start))}
            </span>
          </pre>
          <p>
            <Marked text={error.message} />
          </p>
          {!error.message.includes(error.expected) && (
            <p class="quiet">Expected: {error.expected}</p>
          )}
          <p class="fixes">
            {error.fixes.map((fix) => (
              <button type="button" key={fix} class="fix" onClick={() => run(fix)}>
                {fix}
              </button>
            ))}
            <button type="button" class="plain" onClick={() => run(quote(text.value))}>
              Search it as text
            </button>
          </p>
        </div>
      )}
    </form>
  );
}
