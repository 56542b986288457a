/**
 * A table whose last column holds what can be done with each row. On a phone its rows stack, each cell under its head.
 * Invariant: while the server is away nothing can be done, and each button says why.
 */
import type { ComponentChildren } from "preact";
import { away } from "../connection.ts";

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ComponentChildren;
}

export interface Action {
  readonly name: string;
  /** As it is read out, with what it is done to. */
  readonly label: string;
  readonly tone?: "danger";
  readonly run: () => void;
}

export function ActionTable<T>(props: {
  rows: readonly T[];
  keyOf: (row: T) => string;
  columns: readonly Column<T>[];
  /** Words, where nothing can be done. */
  actions: (row: T) => readonly Action[] | string;
  /** What stands below a row, across. */
  below?: (row: T) => ComponentChildren;
}) {
  const { rows, columns } = props;
  if (rows.length === 0) return null;
  return (
    <div class="scroll">
      <table class="stacks">
        <thead>
          <tr>
            {columns.map(({ head }) => (
              <th key={head}>{head}</th>
            ))}
            <th>
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const actions = props.actions(row);
            const below = props.below?.(row);
            return [
              <tr key={props.keyOf(row)}>
                {columns.map(({ head, cell }) => (
                  <td key={head} data-head={head}>
                    {cell(row)}
                  </td>
                ))}
                <td class="row-actions">
                  {typeof actions === "string" ? (
                    <span class="under">{actions}</span>
                  ) : (
                    actions.map((action) => <ActionButton key={action.name} of={action} />)
                  )}
                </td>
              </tr>,
              Boolean(below) && (
                <tr key={`below ${props.keyOf(row)}`} class="below-row">
                  <td colSpan={columns.length + 1}>{below}</td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
    </div>
  );
}

function ActionButton({ of: { name, label, tone, run } }: { of: Action }) {
  const isAway = away.value !== undefined;
  return (
    <button
      type="button"
      class={tone ?? "plain"}
      disabled={isAway}
      title={isAway ? "Not connected" : undefined}
      aria-label={label}
      onClick={run}
    >
      {name}
    </button>
  );
}
