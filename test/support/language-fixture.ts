/**
 * The entries and cases that decide disputes about the language.
 * Invariant: as ingest keeps them: maps flattened to dotted names, a name that came twice holds a list. Batches are
 * renamed to UUIDs in the same order; `mapIds` does the same to ids in a query's text.
 */
import { readFileSync } from "node:fs";
import type { AttributeValue, Entry } from "../../src/domain/entry.ts";
import { type BatchId, parseBatchId } from "../../src/domain/ids.ts";

export interface FixtureEntry {
  readonly key: string;
  /** As the fixture names it: `ns.bN.index`. */
  readonly fixtureId: string;
  readonly entry: Entry;
}

export interface LanguageCase {
  readonly id: string;
  readonly query: string;
  readonly range?: { readonly start: string; readonly end: string };
  readonly why?: string;
  readonly expect: {
    readonly ids?: readonly string[];
    readonly canonical?: string;
    readonly warnings?: readonly string[];
    readonly error?: {
      readonly code: string;
      readonly start: number;
      readonly end: number;
      readonly expected: string;
      readonly fixes?: readonly string[];
    };
    readonly table?: {
      readonly columns: readonly string[];
      readonly rows: readonly (readonly AttributeValue[])[];
    };
    readonly approximate?: readonly string[];
  };
}

interface RawEntry {
  readonly key: string;
  readonly id: string;
  readonly severity: number;
  readonly message: string;
  readonly service?: string;
  readonly host?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

const FOLDER = new URL("../fixtures/language/", import.meta.url);

export const FIXTURE_RANGE = {
  startNanos: nanosOfIso("2026-11-24T14:00:00Z"),
  endNanos: nanosOfIso("2026-11-24T15:00:00Z"),
  nowMs: Date.parse("2026-11-24T15:00:00Z"),
};

export function loadCases(): readonly LanguageCase[] {
  const file = readJson("cases.json") as { readonly cases: readonly LanguageCase[] };
  return file.cases;
}

export function loadEntries(): readonly FixtureEntry[] {
  return (readJson("entries.json") as readonly RawEntry[]).map((raw) => {
    const [nanos = "", batch = "", index = ""] = raw.id.split(".");
    const timeNanos = BigInt(nanos);
    return {
      key: raw.key,
      fixtureId: raw.id,
      entry: {
        id: { timeNanos, batch: batchOf(batch), index: Number(index) },
        timeNanos,
        observedNanos: timeNanos,
        severity: raw.severity,
        message: raw.message,
        service: raw.service ?? "",
        host: raw.host ?? "",
        traceId: raw.trace_id ?? "",
        spanId: raw.span_id ?? "",
        attributes: flattened(raw.attributes),
        truncated: [],
      },
    };
  });
}

/** @returns the query with the fixture's names of batches as UUIDs. */
export function mapIds(query: string): string {
  return query.replaceAll(
    /\b(\d{16,19})\.(b\d+)\.(\d+)\b/g,
    (_all, nanos: string, batch: string, index: string) => [nanos, batchOf(batch), index].join("."),
  );
}

export function nanosOfIso(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000_000n;
}

function batchOf(name: string): BatchId {
  return parseBatchId(`019a0000-0000-7000-8000-${name.slice(1).padStart(12, "0")}`);
}

function flattened(
  attributes: Readonly<Record<string, AttributeValue>>,
): Map<string, AttributeValue> {
  const flat = new Map<string, AttributeValue>();
  const put = (name: string, value: AttributeValue): void => {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      const members = Object.entries(value);
      if (members.length > 0) {
        for (const [key, inner] of members) put(`${name}.${key}`, inner);
        return;
      }
    }
    const before = flat.get(name);
    if (before === undefined) flat.set(name, value);
    else if (before !== value) flat.set(name, [before, value]);
  };
  for (const [name, value] of Object.entries(attributes)) put(name, value);
  return flat;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
}
