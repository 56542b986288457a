/**
 * Recorded requests of unmodified log clients, and the entries they logged.
 * Invariant: bodies are the bytes that were sent.
 */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import type { AttributeValue } from "../../src/domain/entry.ts";
import type { Level } from "../../src/domain/level.ts";

export interface LoggedEntry {
  readonly n: number;
  readonly level: Level;
  readonly message: string;
  readonly attrs: Readonly<Record<string, AttributeValue>>;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly exception?: {
    readonly type: string;
    readonly message: string;
    readonly stacktrace: string;
  };
}

const FOLDER = new URL("../fixtures/clients/", import.meta.url);

export function loggedEntries(): readonly LoggedEntry[] {
  return JSON.parse(readFileSync(new URL("entries.json", FOLDER), "utf8")) as LoggedEntry[];
}

/** @returns the inflated bodies of a case's requests, in the order they came. */
export function recordedBodies(name: string): readonly Buffer[] {
  const text = readFileSync(new URL(`cases/${name}.json`, FOLDER), "utf8");
  const { requests } = JSON.parse(text) as { requests: { body: string }[] };
  return requests.map(({ body }) => Buffer.from(body, "base64"));
}

/** Maps become dotted names, as every answer has them. */
export function flattened(
  attributes: Readonly<Record<string, AttributeValue>>,
): Record<string, AttributeValue> {
  const out: Record<string, AttributeValue> = {};
  const walk = (map: object, prefix: string): void => {
    for (const [key, value] of Object.entries(map) as [string, AttributeValue][]) {
      const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
      if (isMap && Object.keys(value).length > 0) walk(value, `${prefix}${key}.`);
      else out[`${prefix}${key}`] = value;
    }
  };
  walk(attributes, "");
  return out;
}
