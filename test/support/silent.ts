/**
 * A logger and a meter that keep what they are told, for tests to look at.
 * Invariant: nothing is printed.
 */
import type { LogFields, Logger } from "../../src/domain/logger.ts";
import type { Counter, Gauge, Histogram, Meter } from "../../src/domain/meter.ts";

export interface KeptLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields | undefined;
  readonly error?: unknown;
}

export function keepingLogger(lines: KeptLine[] = []): Logger & { readonly lines: KeptLine[] } {
  return {
    lines,
    debug: (message, fields) => void lines.push({ level: "debug", message, fields }),
    info: (message, fields) => void lines.push({ level: "info", message, fields }),
    warn: (message, fields) => void lines.push({ level: "warn", message, fields }),
    error: (message, error, fields) => void lines.push({ level: "error", message, fields, error }),
    with: () => keepingLogger(lines),
  };
}

/** Sums of counters, last values of gauges and counts of histograms, by name (labels are summed over). */
export function keepingMeter(): Meter & { readonly values: ReadonlyMap<string, number> } {
  const values = new Map<string, number>();
  const add = (name: string, n: number): void => void values.set(name, (values.get(name) ?? 0) + n);
  return {
    values,
    counter: (name): Counter => ({ add: (n) => add(name, n) }),
    gauge: (name): Gauge => ({ set: (value) => void values.set(name, value) }),
    histogram: (name): Histogram => ({ observe: () => add(name, 1) }),
  };
}
