/**
 * Maps one JSON record of somebody else's making onto a row: which member is the message, the time, the level.
 * Invariants: every member ends up in the row, under its role or as an attribute of its own name; a record maps the
 * same way whatever its neighbours are. Source of the names and ranks: reference on ingestion protocols, 11 and 12.
 */
import { DEFAULT_SEVERITY } from "../../domain/level.ts";
import { LIMITS } from "../../domain/limits.ts";
import { jsonText } from "../../engine/column/json-value.ts";
import type { Name } from "../../engine/column/row-sink.ts";
import {
  isMap,
  putAttribute,
  type DecodingSink,
  type Json,
  type JsonMap,
} from "../../ingest/decode/json-values.ts";
import { NameCache } from "../../ingest/decode/name-cache.ts";
import type { TextScratch } from "../../ingest/decode/text-scratch.ts";
import {
  FIELD_ROLES,
  FIRM_MESSAGE_RANK,
  FIRM_TIME_RANK,
  LOGGER_NAME_RANK,
  LOOSE_LEVEL_NAMES,
  NESTING_NAMES,
  ROLE,
  ROLE_COUNT,
  type FieldRole,
  type RoleKind,
} from "./field-roles.ts";
import { readLevelNumber, readLevelText, syslogLevel, type ReadLevel } from "./level-values.ts";
import { TIME_NONE, TIME_READ, TimeReader } from "./time-values.ts";

const ID_HEX = { traceId: /^[0-9a-f]{32}$/i, spanId: /^[0-9a-f]{16}$/i } as const;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/i;
const NO_RANK = 255;

export class EntryMapper {
  readonly #sink: DecodingSink;
  readonly #scratch: TextScratch;
  readonly #names: NameCache;
  readonly #times = new TimeReader();
  /** The best candidate of each role so far. */
  readonly #ranks = new Uint8Array(ROLE_COUNT);
  readonly #keys: string[] = Array<string>(ROLE_COUNT).fill("");
  readonly #values: Json[] = Array<Json>(ROLE_COUNT).fill(null);
  #ms = 0;
  #remNanos = 0;
  #timeRead = false;
  #level: ReadLevel | undefined;
  #record: JsonMap = {};
  #room = 0;

  constructor(sink: DecodingSink, scratch: TextScratch) {
    this.#sink = sink;
    this.#scratch = scratch;
    this.#names = new NameCache(sink);
  }

  /**
   * Fills the row that was begun. Throws `invalid` when the record nests too deeply.
   * @param room levels of nesting that values of the record may have.
   * @param ownTime what a record without a readable time gets; undefined: the sink decides.
   */
  put(
    record: JsonMap,
    room: number,
    ownTime?: { readonly ms: number; readonly remNanos: number },
  ): void {
    this.#ranks.fill(NO_RANK);
    this.#timeRead = false;
    this.#level = undefined;
    this.#record = record;
    this.#room = room;
    for (const key in record) {
      const value = record[key] ?? null;
      if (NESTING_NAMES.has(key) && isMap(value)) this.#putNested(key, value);
      else this.#putMember(key, key, undefined, value);
    }
    this.#putTime(ownTime);
    this.#putRoles();
    this.#values.fill(null);
    this.#record = {};
  }

  /** A map some members of which may have a role: `trace: { id }`. */
  #putNested(parent: string, map: JsonMap): void {
    let any = false;
    for (const key in map) {
      any = true;
      this.#putMember(`${parent}.${key}`, key, parent, map[key] ?? null);
    }
    if (!any) this.#attribute(parent, undefined, map);
  }

  #putMember(flat: string, key: string, parent: string | undefined, value: Json): void {
    const role = FIELD_ROLES.get(flat);
    if (role === undefined || !this.#mayTake(role, flat, value))
      this.#attribute(key, parent, value);
    else this.#take(role, flat, value);
  }

  /** Whether the value fits the role and no better one holds it. Readings are kept for the row. */
  #mayTake(role: FieldRole, flat: string, value: Json): boolean {
    const before = this.#ranks[role.kind] ?? NO_RANK;
    switch (role.kind) {
      case ROLE.message:
        if (role.rank >= before) return false;
        if (typeof value === "string") return true;
        return typeof value !== "object" && role.rank <= FIRM_MESSAGE_RANK;
      case ROLE.time:
        return this.#mayTakeTime(role.rank, before, value);
      case ROLE.level:
        return this.#mayTakeLevel(role.rank, before, flat, value);
      case ROLE.service:
        if (role.rank === LOGGER_NAME_RANK && !isPino(this.#record)) return false;
        return role.rank < before && typeof value === "string" && value !== "";
      case ROLE.traceId:
        return role.rank < before && typeof value === "string" && isId(value, ID_HEX.traceId);
      case ROLE.spanId:
        return role.rank < before && typeof value === "string" && isId(value, ID_HEX.spanId);
      default:
        return role.rank < before && typeof value === "string" && value !== "";
    }
  }

  #mayTakeTime(rank: number, before: number, value: Json): boolean {
    if (typeof value === "boolean" || typeof value === "object" || value === "") return false;
    if (this.#timeRead && rank >= before) return false;
    const reading = this.#times.read(value);
    if (reading === TIME_READ) {
      this.#ms = this.#times.ms;
      this.#remNanos = this.#times.remNanos;
      this.#timeRead = true;
      return true;
    }
    return !this.#timeRead && reading !== TIME_NONE && rank <= FIRM_TIME_RANK && rank < before;
  }

  /** A level that is understood beats one that is not; of two, the name beats the number, then the rank counts. */
  #mayTakeLevel(rank: number, before: number, flat: string, value: Json): boolean {
    if (typeof value !== "string" && typeof value !== "number") return false;
    if (value === "") return false;
    const level = this.#readLevel(flat, value);
    if (level.severity === undefined && (LOOSE_LEVEL_NAMES.has(flat) || rank > MOST_UNKNOWN_RANK))
      return false;
    // `status: 200` is no level, whatever its number.
    if (typeof value === "number" && flat === "status") return false;
    if (this.#level !== undefined) {
      const wasKnown = this.#level.severity !== undefined;
      const isKnown = level.severity !== undefined;
      if (wasKnown !== isKnown) {
        if (wasKnown) return false;
      } else {
        const wasNumber = typeof this.#values[ROLE.level] === "number";
        const isNumber = typeof value === "number";
        if (wasNumber === isNumber ? rank >= before : isNumber) return false;
      }
    }
    this.#level = level;
    return true;
  }

  #readLevel(flat: string, value: string | number): ReadLevel {
    if (typeof value === "string") return readLevelText(value, flat);
    // GELF counts as syslog does, under the name of everybody else.
    if (flat === "level" && typeof this.#record["short_message"] === "string")
      return syslogLevel(value);
    return readLevelNumber(value, flat);
  }

  /** Gives the role to the value; whoever had it becomes an attribute. */
  #take(role: FieldRole, flat: string, value: Json): void {
    const kind = role.kind;
    if (this.#ranks[kind] !== NO_RANK) this.#loser(kind);
    this.#ranks[kind] = role.rank;
    this.#keys[kind] = flat;
    this.#values[kind] = value;
  }

  #loser(kind: RoleKind): void {
    this.#attribute(this.#keys[kind] ?? "", undefined, this.#values[kind] ?? null);
  }

  #attribute(key: string, parent: string | undefined, value: Json): void {
    const sink = this.#sink;
    const names = this.#names;
    let name: Name = names.of(key);
    if (parent !== undefined) name = sink.join(names.of(parent), name);
    const depth = parent === undefined ? 1 : 2;
    putAttribute(sink, this.#scratch, names, name, value, depth, this.#room + 1 - depth);
  }

  #putTime(ownTime: { readonly ms: number; readonly remNanos: number } | undefined): void {
    const sink = this.#sink;
    if (this.#timeRead) {
      sink.time(this.#ms, this.#remNanos);
      return;
    }
    if (ownTime !== undefined) sink.time(ownTime.ms, ownTime.remNanos);
    if (!this.#has(ROLE.time)) return;
    const sent = plainText(this.#values[ROLE.time] ?? null);
    if (ownTime === undefined) sink.unreadableTime(sent);
    else this.#attribute("time_original", undefined, sent);
  }

  #putRoles(): void {
    const sink = this.#sink;
    const scratch = this.#scratch;
    if (this.#level !== undefined) {
      sink.severity(this.#level.severity ?? DEFAULT_SEVERITY);
      if (!this.#level.plain) sink.levelOriginal(plainText(this.#values[ROLE.level] ?? null));
    }
    if (this.#has(ROLE.service)) {
      const start = this.#put(ROLE.service);
      sink.service(scratch.bytes, start, scratch.end);
    }
    if (this.#has(ROLE.host)) {
      const start = this.#put(ROLE.host);
      sink.host(scratch.bytes, start, scratch.end);
    }
    this.#putTrace();
    this.#putException(ROLE.exceptionType, "exception.type");
    this.#putException(ROLE.exceptionMessage, "exception.message");
    this.#putException(ROLE.exceptionStack, "exception.stacktrace");
    const start = this.#has(ROLE.message) ? this.#put(ROLE.message) : scratch.put(this.#restText());
    sink.message(scratch.bytes, start, scratch.end);
  }

  #putTrace(): void {
    const sink = this.#sink;
    const scratch = this.#scratch;
    if (this.#has(ROLE.traceId)) {
      const start = this.#put(ROLE.traceId);
      sink.traceId(scratch.bytes, start, scratch.end);
    }
    if (this.#has(ROLE.spanId)) {
      const start = this.#put(ROLE.spanId);
      sink.spanId(scratch.bytes, start, scratch.end);
    }
    if (this.#has(ROLE.traceId)) return;
    // It stays an attribute as well: its flags have no place elsewhere.
    const parent = this.#record["traceparent"];
    const ids = typeof parent === "string" ? TRACEPARENT.exec(parent) : null;
    if (ids === null) return;
    let start = scratch.put(ids[1] ?? "");
    sink.traceId(scratch.bytes, start, scratch.end);
    if (this.#has(ROLE.spanId)) return;
    start = scratch.put(ids[2] ?? "");
    sink.spanId(scratch.bytes, start, scratch.end);
  }

  #putException(kind: RoleKind, name: string): void {
    if (!this.#has(kind)) return;
    const start = this.#put(kind);
    this.#sink.attributeText(this.#names.of(name), this.#scratch.bytes, start, this.#scratch.end);
  }

  #has(kind: RoleKind): boolean {
    return this.#ranks[kind] !== NO_RANK;
  }

  #put(kind: RoleKind): number {
    return this.#scratch.put(plainText(this.#values[kind] ?? null));
  }

  /** What stands for a message where there is none: the rest of the record as JSON, empty for nothing. */
  #restText(): string {
    const taken = new Set<string>();
    for (let kind = 0; kind < ROLE_COUNT; kind++)
      if (this.#ranks[kind] !== NO_RANK) taken.add(this.#keys[kind] ?? "");
    const members: string[] = [];
    for (const key in this.#record)
      if (!taken.has(key))
        members.push(`${JSON.stringify(key)}:${jsonText(this.#record[key] ?? null)}`);
    return members.length === 0 ? "" : `{${members.join(",")}}`;
  }
}

/** Names up to here (`level` … `lvl`) are kept as `level_original` when their word is unknown. */
const MOST_UNKNOWN_RANK = 4;

function isId(text: string, hex: RegExp): boolean {
  return text === "" || hex.test(text);
}

/** pino and bunyan: a numeric level beside `msg`. There `name` is the program, elsewhere it may be anybody. */
function isPino(record: JsonMap): boolean {
  return typeof record["level"] === "number" && typeof record["msg"] === "string";
}

function plainText(value: Json): string {
  return typeof value === "string" ? value : jsonText(value);
}

/** Levels of nesting that values of a record may have when the record itself lies in `levels` others. */
export function roomInside(levels: number): number {
  return LIMITS.jsonDepth - levels - 1;
}
