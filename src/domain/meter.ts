/**
 * The program's own figures. Names follow Prometheus (`argus_ingest_entries_total`);
 * labels are few and never hold an application, a user or text of an entry.
 */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(n: number, labels?: Labels): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
}
export interface Histogram {
  /** @param value in the unit of the histogram's name (seconds, bytes). */
  observe(value: number, labels?: Labels): void;
}

export interface Meter {
  /** Asking again for a name gives the same instrument. */
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** @param bounds ascending upper bounds of the buckets. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
}
