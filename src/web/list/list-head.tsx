/**
 * The names of the columns above the list, which are dragged to another width or place, and the pill of what is new.
 * Invariant: the pill stands in this band, over no row.
 */
import { Icon } from "../parts/icon.tsx";
import { numberText, shownText } from "../words.ts";
import type { Column } from "./columns.ts";
import { HeadEdge } from "./head-edge.tsx";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["time", "Time"],
  ["service", "Service"],
  ["host", "Host"],
  ["level", "Level"],
  ["message", "Message and attributes"],
]);

export function ListHead(props: {
  columns: readonly Column[];
  waiting: number;
  tooMany: number;
  held: string;
  onColumns: (columns: readonly Column[]) => void;
  onNew: (stay: boolean) => void;
}) {
  const { columns, waiting, tooMany } = props;
  const move = (name: string, before: string): void => {
    const moved = columns.find((column) => column.name === name);
    if (moved === undefined || name === before) return;
    const rest = columns.filter((column) => column !== moved);
    const at = rest.findIndex((column) => column.name === before);
    props.onColumns([...rest.slice(0, at), moved, ...rest.slice(at)]);
  };
  return (
    <div class="heads">
      <span />
      {columns.map((column, at) => (
        <span
          class="head"
          key={column.name}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            move(event.dataTransfer?.getData("text/plain") ?? "", column.name);
          }}
        >
          <span
            class="cut"
            draggable
            onDragStart={(event) => event.dataTransfer?.setData("text/plain", column.name)}
          >
            {NAMES.get(column.name) ?? shownText(column.name)}
          </span>
          {at < columns.length - 1 && (
            <HeadEdge column={column} columns={columns} onColumns={props.onColumns} />
          )}
        </span>
      ))}
      {waiting > 0 && (
        <button
          type="button"
          class="pill"
          title="Show them (n), or stay here (Shift+N)"
          onClick={(event) => props.onNew(event.shiftKey)}
        >
          <Icon name="up" /> {waiting > tooMany ? `${numberText(tooMany)}+` : numberText(waiting)}{" "}
          new {props.held !== "" && <span>{props.held}</span>} <kbd aria-hidden="true">N</kbd>
        </button>
      )}
    </div>
  );
}
