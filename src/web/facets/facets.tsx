/**
 * The column of fields with their values: what is wanted of each is read from the query, and a click writes it there.
 * Invariants: there is no other state of what is filtered; a value that is excluded or wanted stays listed, in a hidden
 * field, too; the column keeps its height and its order while its counts are read anew.
 */
import { type Signal, useSignal } from "@preact/signals";
import { Icon } from "../parts/icon.tsx";
import { countText } from "../words.ts";
import { AppliedTerms } from "./applied-terms.tsx";
import { FacetGroup } from "./facet-group.tsx";
import type { Facet, FacetSource } from "./facet-source.ts";
import { namedFields } from "./named-fields.ts";
import { moveInTree } from "./tree-keys.ts";

/** Fields open at first, with those that the query names; the others are one click away. */
const FIRST_OPEN = 6;

export interface FacetsProps {
  readonly query: string;
  readonly facets: Signal<readonly Facet[] | undefined>;
  /** The same of the window before; undefined while it is not known. */
  readonly before: Signal<readonly Facet[] | undefined>;
  readonly source: FacetSource;
  readonly problem: string;
  readonly pinned: readonly string[];
  /** Not listed until they are looked for, or the query names them. */
  readonly hidden: readonly string[];
  readonly search: { current: HTMLInputElement | null };
  readonly onQuery: (query: string) => void;
  readonly onPin: (field: string) => void;
  /** @param field undefined: none is hidden any more. */
  readonly onHide: (field: string | undefined) => void;
}

export function Facets(props: FacetsProps) {
  const { facets } = props;
  const find = useSignal("");
  /** Fields whose folding was turned by hand. */
  const turned = useSignal<ReadonlySet<string>>(new Set());
  const all = ordered(facets.value ?? [], props.pinned);
  const wanted = find.value.trim().toLowerCase();
  const named = namedFields(props.query);
  const hidden = props.hidden.filter((field) => !named.includes(field));
  const shown = all.filter((facet) =>
    wanted === "" ? !hidden.includes(facet.field) : fits(facet, wanted),
  );
  return (
    <div class="facets-all">
      <div class="facets-find">
        <Icon name="search" />
        <input
          ref={props.search}
          aria-label="Filter fields"
          placeholder="Filter fields"
          spellcheck={false}
          autoComplete="off"
          value={find.value}
          onInput={(event) => (find.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            if (find.value === "") event.currentTarget.blur();
            find.value = "";
          }}
        />
        <kbd aria-hidden="true">F</kbd>
      </div>
      <AppliedTerms query={props.query} onQuery={props.onQuery} />
      {props.problem !== "" && <p class="problem">{props.problem}</p>}
      <div
        class="facets-tree"
        role={shown.length === 0 ? undefined : "tree"}
        aria-label={shown.length === 0 ? undefined : "Fields and values"}
        onKeyDown={moveInTree}
      >
        {shown.map((facet, at) => (
          <FacetGroup
            key={facet.field}
            {...props}
            facet={facet}
            find={wanted}
            isReachable={at === 0}
            isOpen={
              wanted !== "" ||
              (at < FIRST_OPEN || named.includes(facet.field)) !== turned.value.has(facet.field)
            }
            onTurn={() => {
              const next = new Set(turned.value);
              if (!next.delete(facet.field)) next.add(facet.field);
              turned.value = next;
            }}
          />
        ))}
        {facets.value !== undefined && all.length === 0 && wanted === "" && (
          <p class="hint">No fields in this range</p>
        )}
        {wanted !== "" && shown.length === 0 && <p class="hint">No field or value reads so</p>}
      </div>
      {wanted === "" && hidden.length > 0 && (
        <p class="facets-hidden">
          {countText(hidden.length, "field", "fields")} hidden{" "}
          <button type="button" class="link" onClick={() => props.onHide(undefined)}>
            Show all
          </button>
        </p>
      )}
    </div>
  );
}

const FIRST_FIELDS: ReadonlySet<string> = new Set(["level", "service", "host"]);

/** What every entry has stands first, then what is pinned. */
function ordered(facets: readonly Facet[], pinned: readonly string[]): readonly Facet[] {
  const rank = ({ field }: Facet): number =>
    FIRST_FIELDS.has(field) ? 0 : pinned.includes(field) ? 1 : 2;
  return facets.toSorted((a, b) => rank(a) - rank(b));
}

function fits({ field, values }: Facet, find: string): boolean {
  return (
    field.toLowerCase().includes(find) ||
    values.some(({ value }) => value.toLowerCase().includes(find))
  );
}
