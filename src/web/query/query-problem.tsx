/**
 * What is wrong with a query, where, and what would work. Invariant: it floats over the results, which stay.
 */
import type { QueryError } from "../../query/parse.ts";
import { quote } from "../../query/problem.ts";
import { Marked } from "../parts/marked.tsx";

export function QueryProblem(props: {
  text: string;
  error: QueryError;
  onRun: (query: string) => void;
}) {
  const { text, error, onRun } = props;
  // The line that it is in: others would move the caret away from what it points at.
  const begin = text.lastIndexOf("\n", error.start - 1) + 1;
  const end = text.indexOf("\n", error.start);
  const line = text.slice(begin, end < 0 ? undefined : end);
  const length = Math.max(1, Math.min(error.end, begin + line.length) - error.start);
  return (
    <div id="query-problem" class="query-problem" role="alert">
      <pre>
        {line}
        {"\n"}
        <span aria-hidden="true">
          {" ".repeat(error.start - begin)}
          {"^".repeat(length)}
        </span>
      </pre>
      <p>
        <Marked text={error.message} />
      </p>
      {!error.message.includes(error.expected) && <p class="quiet">Expected: {error.expected}</p>}
      <p class="quiet">The old results stay until this runs.</p>
      <p class="fixes">
        {error.fixes.map((fix, at) => (
          <button
            type="button"
            key={fix}
            class="fix"
            title={`Alt+${at + 1}`}
            onClick={() => onRun(fix)}
          >
            {fix}
          </button>
        ))}
        <button type="button" class="plain" onClick={() => onRun(quote(text))}>
          Search it as text
        </button>
      </p>
    </div>
  );
}
