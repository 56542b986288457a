/**
 * The program's own figures, kept in memory and written as Prometheus text.
 * Invariant: the number of series is bounded by the code: labels come from closed sets.
 * Source: Prometheus text exposition format 0.0.4.
 */
import type { Counter, Gauge, Histogram, Labels, Meter } from "../domain/meter.ts";

export interface OwnMeter extends Meter {
  /** @returns everything as text/plain; version=0.0.4. */
  text(): string;
}

interface Family {
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly series: Map<string, Series>;
  /** Of labels that are one object each time: their text need not be made and hashed again. */
  readonly seen: WeakMap<Labels, Series>;
}
interface Series {
  value: number;
  /** Histograms: counts per bound, cumulative only when written. */
  readonly counts: number[];
  sum: number;
}

export function createOwnMeter(): OwnMeter {
  const families = new Map<string, Family & { readonly bounds: readonly number[] }>();

  const family = (name: string, help: string, type: Family["type"], bounds: readonly number[]) => {
    let found = families.get(name);
    if (found === undefined) {
      found = { help, type, series: new Map(), seen: new WeakMap(), bounds };
      families.set(name, found);
    }
    return found;
  };
  const seriesOf = (
    of: Family & { readonly bounds: readonly number[] },
    labels: Labels | undefined,
  ): Series => {
    const seen = labels === undefined ? undefined : of.seen.get(labels);
    if (seen !== undefined) return seen;
    const key = labels === undefined ? "" : labelText(labels);
    let found = of.series.get(key);
    if (found === undefined) {
      found = { value: 0, counts: of.bounds.map(() => 0), sum: 0 };
      of.series.set(key, found);
    }
    if (labels !== undefined) of.seen.set(labels, found);
    return found;
  };

  return {
    counter(name, help): Counter {
      const of = family(name, help, "counter", []);
      return { add: (n, labels) => void (seriesOf(of, labels).value += n) };
    },
    gauge(name, help): Gauge {
      const of = family(name, help, "gauge", []);
      return { set: (value, labels) => void (seriesOf(of, labels).value = value) };
    },
    histogram(name, help, bounds): Histogram {
      const of = family(name, help, "histogram", bounds);
      return {
        observe(value, labels) {
          const series = seriesOf(of, labels);
          series.value++;
          series.sum += value;
          const at = of.bounds.findIndex((bound) => value <= bound);
          if (at >= 0) series.counts[at] = (series.counts[at] ?? 0) + 1;
        },
      };
    },
    text() {
      let out = "";
      for (const [name, of] of families) {
        out += `# HELP ${name} ${of.help}\n# TYPE ${name} ${of.type}\n`;
        for (const [labels, series] of of.series)
          out +=
            of.type === "histogram"
              ? histogramText(name, labels, of.bounds, series)
              : `${name}${braced(labels)} ${series.value}\n`;
      }
      return out;
    },
  };
}

function histogramText(
  name: string,
  labels: string,
  bounds: readonly number[],
  series: Series,
): string {
  let out = "";
  let below = 0;
  const comma = labels === "" ? "" : ",";
  bounds.forEach((bound, i) => {
    below += series.counts[i] ?? 0;
    out += `${name}_bucket{${labels}${comma}le="${bound}"} ${below}\n`;
  });
  return `${out}${name}_bucket{${labels}${comma}le="+Inf"} ${series.value}\n${name}_sum${braced(labels)} ${series.sum}\n${name}_count${braced(labels)} ${series.value}\n`;
}

function braced(labels: string): string {
  return labels === "" ? "" : `{${labels}}`;
}

function labelText(labels: Labels): string {
  let out = "";
  for (const name in labels)
    out += `${out === "" ? "" : ","}${name}="${escaped(labels[name] ?? "")}"`;
  return out;
}

/** Nearly no value needs it, and this runs once a call. */
function escaped(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));
}
