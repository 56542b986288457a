/**
 * Takes away all that the query asks of fields; where that is nothing it is not there.
 */
import { withoutTerms } from "../query/applied-terms.ts";
import { fieldTerms } from "../query/terms.ts";

export function ClearTerms(props: { query: string; onQuery: (query: string) => void }) {
  if (fieldTerms(props.query).length === 0) return null;
  return (
    <button
      type="button"
      class="link clear-terms"
      aria-label="Clear the filters"
      onClick={() => props.onQuery(withoutTerms(props.query))}
    >
      Clear
    </button>
  );
}
