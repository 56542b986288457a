/**
 * What a field of an entry offers, wherever entries are shown.
 */
import type { Signal } from "@preact/signals";
import type { Facet } from "../facets/facet-source.ts";
import { columnsText, type Column, toggledColumn } from "../list/columns.ts";
import type { FieldActions } from "../list/field-list.tsx";
import { FieldValues } from "../list/field-values.tsx";
import { filterText, printedName } from "../query/terms.ts";
import { tracePath } from "../paths.ts";
import type { Moves } from "./moves.ts";
import type { ExplorerRun } from "./use-run.ts";

export function fieldActionsOf(props: {
  applicationId: string;
  query: string;
  columns: readonly Column[];
  /** As they were read last. */
  facets: Signal<readonly Facet[] | undefined>;
  run: ExplorerRun;
  moves: Moves;
}): FieldActions {
  const { applicationId, query, columns, moves } = props;
  const { search, range } = props.run;
  return {
    query,
    onQuery: moves.run,
    known: (name) =>
      props.facets
        .peek()
        ?.find(({ field }) => field === name)
        ?.values.map(({ value }) => value) ?? [],
    traceHref: (entry, traceId) => tracePath(moves.now.current, entry, traceId),
    columns: columns.map(({ name }) => name),
    onColumn: (name) =>
      moves.change({ columns: columnsText(toggledColumn(columns, name)) }, "replace"),
    values: (name) => (
      <FieldValues
        field={name}
        query={query}
        source={{
          list: (field, filter, signal) =>
            search.values(applicationId, range, field, "", filter, signal),
        }}
        onChart={() =>
          moves.run(`${filterText(moves.now.current.query)} | top 10 ${printedName(name)}`.trim())
        }
      />
    ),
  };
}
