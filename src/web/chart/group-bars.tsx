/**
 * Groups as bars that are a table: names on the left, the figures on the right, longest first unless the query sorted them.
 * Invariants: more than 50 are no picture: what adds up is one bar called other, and of anything else the rest is told by
 * its number; a click on a group shows its entries.
 */
import { shownText } from "../words.ts";
import { endOfBin } from "./entries-query.ts";
import { figureText } from "./figure-text.ts";
import type { Key, Reading } from "./reading.ts";
import { MOST_APART, nameOf, type Series } from "./series.ts";

interface Group {
  readonly name: string;
  readonly keys: Series["keys"];
  /** A figure a measure. */
  readonly figures: readonly (number | undefined)[];
}

export function GroupBars(props: {
  reading: Reading;
  label: string;
  /** undefined where no filter can ask for the group. */
  filterOf: (group: Pick<Series, "keys">) => string | undefined;
  onShow: (filter: string) => void;
}) {
  const { reading } = props;
  const { measures } = reading;
  const { groups, left } = groupsOf(reading);
  const most = Math.max(0, ...groups.map(({ figures }) => Math.abs(figures[0] ?? 0))) || 1;
  const named = reading.bin === undefined ? reading.keys : [...reading.keys, reading.bin];
  return (
    <div class="scroll group-bars" tabIndex={0} role="region" aria-label={props.label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{named.map(({ name }) => shownText(name)).join(", ")}</th>
            <th scope="col">
              <span class="unseen">Share of the longest</span>
            </th>
            {measures.map((measure) => (
              <th scope="col" class="end" key={measure.name}>
                {shownText(measure.title)}
                {measure.approximate && " (about)"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => {
            const filter = group.keys.length === 0 ? undefined : props.filterOf(group);
            return (
              <tr key={group.name}>
                <th scope="row">
                  {filter === undefined ? (
                    <bdi class="cut">{shownText(group.name)}</bdi>
                  ) : (
                    <button
                      type="button"
                      class="link cut"
                      title="Show its entries"
                      onClick={() => props.onShow(filter)}
                    >
                      <bdi>{shownText(group.name)}</bdi>
                    </button>
                  )}
                </th>
                <td class="group-bar">
                  <i
                    class={group.keys.length === 0 ? "rest" : undefined}
                    style={{ width: `${(Math.abs(group.figures[0] ?? 0) / most) * 100}%` }}
                  />
                </td>
                {group.figures.map((value, at) => (
                  <td class="end mono" key={measures[at]?.name}>
                    {figureText(value, measures[at]?.unit)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {left > 0 && (
        <p class="hint">
          {left.toLocaleString()} more groups are in the table alone: they cannot be added up.
        </p>
      )}
    </div>
  );
}

export function groupsOf(reading: Reading): {
  readonly groups: readonly Group[];
  readonly left: number;
} {
  const { table, keys, measures, bin } = reading;
  const [first] = measures;
  const all = (table.rows as readonly (readonly unknown[])[]).map((row): Group => {
    const named = keys.map((key) => ({ key, value: row[key.at] }));
    const words = named.map(({ value }) => nameOf(value));
    if (bin !== undefined) words.push(binText(bin, row[bin.at]));
    return {
      name: words.join(" · "),
      keys: bin === undefined ? named : [...named, { key: bin, value: row[bin.at] }],
      figures: measures.map(({ at }) => (typeof row[at] === "number" ? row[at] : undefined)),
    };
  });
  const isKept = reading.isSorted || bin !== undefined;
  const sorted = isKept
    ? all
    : all.toSorted((a, b) => (b.figures[0] ?? -Infinity) - (a.figures[0] ?? -Infinity));
  if (sorted.length <= MOST_APART) return { groups: sorted, left: 0 };
  const rest = sorted.slice(MOST_APART);
  if (first?.adds !== true) return { groups: sorted.slice(0, MOST_APART), left: rest.length };
  const other: Group = {
    name: `other (${rest.length.toLocaleString()})`,
    keys: [],
    figures: measures.map(({ adds }, at) =>
      adds ? rest.reduce((sum, { figures }) => sum + (figures[at] ?? 0), 0) : undefined,
    ),
  };
  return { groups: [...sorted.slice(0, MOST_APART), other], left: 0 };
}

/** `100 – 200`: a bucket of a number has two ends. */
export function binText(bin: Key & { readonly step: number }, value: unknown): string {
  if (typeof value !== "number") return nameOf(value);
  return `${value.toLocaleString()} – ${endOfBin(value, bin.step).toLocaleString()}`;
}
