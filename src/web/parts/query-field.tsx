/**
 * The query as text. A wrong one never runs: it is underlined where it is wrong, with fixes that work.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { parseQuery } from "../../query/parse.ts";

export function QueryField(props: {
  query: string;
  busy: boolean;
  onRun: (query: string) => void;
}) {
  const text = useSignal(props.query);
  const asked = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    text.value = props.query;
    asked.value = false;
  }, [props.query]);

  const parsed = parseQuery(text.value, {
    nowNanos: BigInt(Date.now()) * 1_000_000n,
    timeZone: "UTC",
  });
  const error = parsed.ok || !asked.value ? undefined : parsed.error;
  const run = (query: string): void => {
    text.value = query;
    asked.value = true;
    if (parseQuery(query, { nowNanos: BigInt(Date.now()) * 1_000_000n, timeZone: "UTC" }).ok)
      props.onRun(query);
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
        ref={input}
        aria-label="Query"
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : "query-problem"}
        placeholder="Search, e.g. timeout level:error service:web"
        spellcheck={false}
        autoComplete="off"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          asked.value = false;
        }}
      />
      <button class="main" disabled={props.busy}>
        Run
      </button>
      {error !== undefined && (
        <div id="query-problem" class="query-problem" role="alert">
          <pre>
            {text.value}
            {"\n"}
            {" ".repeat(error.start)}
            {"^".repeat(Math.max(1, error.end - error.start))}
          </pre>
          <p>{error.message}</p>
          {[...error.fixes, JSON.stringify(text.value)].map((fix) => (
            <button type="button" key={fix} class="fix" onClick={() => run(fix)}>
              {fix}
            </button>
          ))}
        </div>
      )}
    </form>
  );
}
