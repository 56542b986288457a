/**
 * How the numbers of a field are spread, in bars of one width.
 * Invariant: the field's own terms are left out of account, so that the rest stays to be widened to.
 */
import { filterText, printedName, withFilter, withoutField } from "../query/terms.ts";
import { withoutRange } from "../query/range-term.ts";

export interface Spread {
  /** Where each bar begins; they are `step` wide. */
  readonly lows: readonly number[];
  readonly counts: readonly number[];
  readonly step: number;
  /** Some are larger than the last bar. */
  readonly goesOn: boolean;
}

/** One table of rows for a query; undefined when it has none. */
export type ReadRows = (
  query: string,
  signal: AbortSignal,
) => Promise<readonly (readonly unknown[])[] | undefined>;

const BARS = 24;
/** A few that are this much larger than all others would leave those a single bar. */
const LONG_TAIL = 4;

/** @returns undefined where there is no spread: no numbers, or one alone. */
export async function readSpread(
  query: string,
  field: string,
  read: ReadRows,
  signal: AbortSignal,
): Promise<Spread | undefined> {
  const own = withoutField(filterText(query), field);
  const filter = own === undefined ? undefined : withoutRange(own, field);
  if (filter === undefined) return undefined;
  const name = printedName(field);
  const ends = await read(`${filter} | stats min(${name}), p99(${name}), max(${name})`, signal);
  const [least, usual, most] = ends?.[0] ?? [];
  if (typeof least !== "number" || typeof most !== "number" || most <= least) return undefined;
  const goesOn =
    typeof usual === "number" && usual > least && most - least > LONG_TAIL * (usual - least);
  const high = goesOn && typeof usual === "number" ? usual : most;
  const step = roundStep((high - least) / BARS);
  const first = Math.floor(least / step);
  const count = Math.floor(high / step) - first + 1;
  const within = withFilter(
    filter,
    `${name}:[${clean(first * step)} TO ${clean((first + count) * step)}]`,
  );
  if (within === undefined) return undefined;
  const rows = await read(`${within} | stats count() by bin(${name}, ${step})`, signal);
  const counts = Array.from({ length: count }, () => 0);
  for (const [low, amount] of rows ?? []) {
    if (typeof low !== "number" || typeof amount !== "number") continue;
    const at = Math.round(low / step) - first;
    if (at >= 0 && at < count) counts[at] = amount;
  }
  return { lows: counts.map((_, at) => clean((first + at) * step)), counts, step, goesOn };
}

/** 1, 2 or 5 times a power of ten, not less than what is asked for. */
export function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const digit = [1, 2, 5, 10].find((one) => one * power >= step * (1 - 1e-9)) ?? 10;
  return clean(digit * power);
}

/** Products of fractions carry digits that nobody wrote. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}
