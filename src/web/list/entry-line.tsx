/**
 * One entry on one line, in the columns of the list.
 * Invariant: what a program wrote is shown as text and never longer than a line on the widest screen has room for;
 * of the time what the row above says too is faint.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { memo } from "../memo.tsx";
import { clockText } from "../time/wall-clock.ts";
import { exactTime, levelName, shownText, timeMs, valueText } from "../words.ts";
import { cellText, type Column } from "./columns.ts";
import { Glyph } from "./glyph.tsx";
import { ProgramText } from "./program-text.tsx";

/** More than a line on the widest screen. */
const LINE_CHARS = 600;
/** Of a row that wraps. */
const WRAPPED_CHARS = 4096;

export interface LineLook {
  readonly columns: readonly Column[];
  readonly zone: string;
  /** What lights up: read by what it lights up in alone. */
  readonly hits: ReadonlySignal<RegExp | undefined>;
  readonly wrap: boolean;
}

interface LineProps {
  readonly entry: LogEntry;
  readonly above: LogEntry | undefined;
  readonly look: LineLook;
  /** It stands in a list instead of a grid. */
  readonly plain?: boolean;
}

export const EntryLine = memo((props: LineProps) => {
  const { entry, look } = props;
  const role = props.plain === true ? undefined : "gridcell";
  return (
    <>
      <span role={role} class="col-glyph">
        <Glyph level={levelName(entry)} />
      </span>
      {look.columns.map(({ name }) => (
        <span role={role} key={name} class={`col-${cellKind(name)}`}>
          {name === "time" ? (
            <LineTime {...props} />
          ) : name === "message" ? (
            // What stands in it stands elsewhere in another entry's.
            <LineMessage key={entry.id} entry={entry} look={look} />
          ) : (
            <ProgramText
              text={cellText(entry, name, look.zone) ?? ""}
              oneLine={!look.wrap}
              most={LINE_CHARS}
            />
          )}
        </span>
      ))}
    </>
  );
});

function cellKind(name: string): string {
  return name === "time" || name === "message" || name === "service" ? name : "other";
}

function LineTime(props: { entry: LogEntry; above: LogEntry | undefined; look: LineLook }) {
  const { entry, above, look } = props;
  const text = clockText(timeMs(entry), look.zone);
  const before = above === undefined ? "" : clockText(timeMs(above), look.zone);
  // Each stands where it always does: elements that become another entry's move nothing.
  const parts = [text.slice(0, 3), text.slice(3, 6), text.slice(6, 9)];
  return (
    <time dateTime={exactTime(entry)} title={exactTime(entry)}>
      {parts.map((part, at) => {
        const end = (at + 1) * 3;
        const isSame = text.slice(0, end) === before.slice(0, end);
        return (
          <span key={at} class={isSame ? "same" : undefined}>
            {part}
          </span>
        );
      })}
      {text.slice(9)}
    </time>
  );
}

function LineMessage(props: { entry: LogEntry; look: LineLook }) {
  const { entry, look } = props;
  const most = look.wrap ? WRAPPED_CHARS : LINE_CHARS;
  return (
    <>
      <span class="text">
        <LitText text={entry.message} look={look} most={most} />
      </span>
      <span class="pairs">
        {pairsOf(entry, look.columns, most).map(([name, value]) => (
          <bdi class="pair" key={name}>
            {shownText(name)}=<span>{shownText(value)}</span>
          </bdi>
        ))}
      </span>
    </>
  );
}

function LitText(props: { text: string; look: LineLook; most: number }) {
  const { text, look, most } = props;
  return <ProgramText text={text} hits={look.hits.value} oneLine={!look.wrap} most={most} />;
}

/** As many attributes as a line has room for; those that have a column stand there. */
function pairsOf(
  entry: LogEntry,
  columns: readonly Column[],
  most: number,
): readonly (readonly [string, string])[] {
  const shown = new Set(columns.map(({ name }) => name));
  const pairs: (readonly [string, string])[] = [];
  let room = most - entry.message.length;
  for (const [name, value] of Object.entries(entry.attributes ?? {})) {
    if (room <= 0) break;
    if (shown.has(name)) continue;
    const text = valueText(value).slice(0, Math.max(0, room)).replaceAll("\n", "⏎");
    pairs.push([name.slice(0, room), text]);
    room -= name.length + text.length + 2;
  }
  return pairs;
}

/** What is said of a row: "error, 14:09:39, payments, charge failed…". */
export function spokenLine(entry: LogEntry, zone: string): string {
  const time = clockText(timeMs(entry), zone).slice(0, 8);
  const message = shownText(entry.message.slice(0, 120)).replaceAll("\n", " ");
  return [levelName(entry), time, entry.service, message].filter((part) => part !== "").join(", ");
}
