/**
 * The names of the columns above the list, which are dragged to another width or place, and the pill of what is new.
 * Invariant: the pill stands in this band, over no row.
 */
import { Icon } from "../parts/icon.tsx";
import { numberText, shownText } from "../words.ts";
import { clamp, type Column, MAX_WIDTH_PX, MIN_WIDTH_PX, templateOf, widthOf } from "./columns.ts";

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
  const resize = (name: string, px: number): void =>
    props.onColumns(
      columns.map((column) => (column.name === name ? { name, widthPx: clamp(px) } : column)),
    );
  const move = (name: string, before: string): void => {
    const moved = columns.find((column) => column.name === name);
    if (moved === undefined || name === before) return;
    const rest = columns.filter((column) => column !== moved);
    const at = rest.findIndex((column) => column.name === before);
    props.onColumns([...rest.slice(0, at), moved, ...rest.slice(at)]);
  };
  return (
    <div class="heads" style={{ gridTemplateColumns: templateOf(columns) }}>
      <span />
      {columns.map((column, at) => (
        <span
          class="head"
          key={column.name}
          draggable
          onDragStart={(event) => event.dataTransfer?.setData("text/plain", column.name)}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            move(event.dataTransfer?.getData("text/plain") ?? "", column.name);
          }}
        >
          <span class="cut">{NAMES.get(column.name) ?? shownText(column.name)}</span>
          {at < columns.length - 1 && (
            <span
              class="head-edge"
              role="separator"
              aria-orientation="vertical"
              aria-label={`Width of ${shownText(column.name)}`}
              aria-valuemin={MIN_WIDTH_PX}
              aria-valuemax={MAX_WIDTH_PX}
              aria-valuenow={widthOf(column)}
              tabIndex={0}
              onDblClick={() =>
                props.onColumns(
                  columns.map((one) =>
                    one === column ? { name: one.name, widthPx: undefined } : one,
                  ),
                )
              }
              onKeyDown={(event) => {
                const step = { ArrowLeft: -8, ArrowRight: 8 }[event.key];
                if (step === undefined) return;
                event.preventDefault();
                resize(column.name, widthOf(column) + step);
              }}
              onPointerDown={(event) => {
                event.preventDefault();
                event.currentTarget.setPointerCapture(event.pointerId);
              }}
              onPointerMove={(event) => {
                if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
                const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
                resize(column.name, event.clientX - left);
              }}
            />
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
          new
          {props.held !== "" && <span>{props.held}</span>}
          <kbd aria-hidden="true">N</kbd>
        </button>
      )}
    </div>
  );
}
