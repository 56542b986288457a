/**
 * What the query asks of fields, a chip a term, each with a way to take it away: on a phone the sheet of fields lies over
 * the query. Invariant: the chips are read from the query, and a tap writes it.
 */
import { Icon } from "../parts/icon.tsx";
import { appliedTerms, withoutTerm } from "../query/applied-terms.ts";
import { shownText } from "../words.ts";
import "./applied-terms.css";

export function AppliedTerms(props: { query: string; onQuery: (query: string) => void }) {
  const { query } = props;
  const terms = appliedTerms(query);
  if (terms.length === 0) return null;
  return (
    <ul class="applied-terms" aria-label="Applied">
      {/* By place: the focus goes on to the next chip. */}
      {terms.map((term, at) => {
        const [field, says] = [shownText(term.field), shownText(term.says)];
        return (
          <li key={at} class={term.negated ? "negated" : ""}>
            <bdi>
              <b>{field}</b> {says}
            </bdi>
            <button
              type="button"
              class="plain"
              aria-label={`Remove ${field} ${says}`}
              onClick={() => {
                const next = withoutTerm(query, term);
                if (next !== undefined) props.onQuery(next);
              }}
            >
              <Icon name="close" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
