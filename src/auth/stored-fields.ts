/**
 * Reads the fields of a stored record. Invariant: a record that does not read back is `corrupt`, named by
 * its table and never quoted: records hold hashes.
 */
import { corrupt } from "../domain/fault.ts";
import type { JsonObject, JsonValue, RecordTable } from "../storage/record-store.ts";

export interface StoredFields {
  text(name: string): string;
  textOrNull(name: string): string | null;
  number(name: string): number;
  numberOrNull(name: string): number | null;
  flag(name: string): boolean;
  /** A text that is one of `choices`. */
  oneOf<T extends string>(name: string, choices: readonly T[]): T;
  listOf<T extends string>(name: string, choices: readonly T[]): readonly T[];
  texts(name: string): readonly string[];
  object(name: string): JsonObject;
  objects(name: string): readonly JsonObject[];
}

/** A field that is absent reads as null, so that records may gain fields. */
export function storedFields(table: RecordTable, value: JsonObject): StoredFields {
  const fail = (name: string): never => {
    throw corrupt(`a ${table} record`, `field ${name}`);
  };
  const read = (name: string): JsonValue => value[name] ?? null;
  const isList = (raw: JsonValue): raw is readonly JsonValue[] => Array.isArray(raw);
  const isObject = (raw: JsonValue): raw is JsonObject =>
    typeof raw === "object" && raw !== null && !isList(raw);
  const textOrNull = (name: string): string | null => {
    const raw = read(name);
    return raw === null || typeof raw === "string" ? raw : fail(name);
  };
  const numberOrNull = (name: string): number | null => {
    const raw = read(name);
    return raw === null || typeof raw === "number" ? raw : fail(name);
  };
  const texts = (name: string): readonly string[] => {
    const raw = read(name);
    if (!isList(raw)) return fail(name);
    return raw.map((one) => (typeof one === "string" ? one : fail(name)));
  };
  const choose = <T extends string>(raw: string, choices: readonly T[], name: string): T =>
    choices.find((choice) => choice === raw) ?? fail(name);
  return {
    text: (name) => textOrNull(name) ?? fail(name),
    textOrNull,
    number: (name) => numberOrNull(name) ?? fail(name),
    numberOrNull,
    flag: (name) => {
      const raw = read(name);
      return typeof raw === "boolean" ? raw : fail(name);
    },
    oneOf: (name, choices) => choose(textOrNull(name) ?? fail(name), choices, name),
    listOf: (name, choices) => texts(name).map((one) => choose(one, choices, name)),
    texts,
    object: (name) => {
      const raw = read(name);
      return isObject(raw) ? raw : fail(name);
    },
    objects: (name) => {
      const raw = read(name);
      if (!isList(raw)) return fail(name);
      return raw.map((one) => (isObject(one) ? one : fail(name)));
    },
  };
}
