/**
 * Counts entries by the shape of their message.
 * Invariant: exact over what was added while there are at most MAX_SHAPES shapes. Beyond them either further shapes are
 * left out and said so, or those that are there are joined to patterns: then the entries are all counted, coarser.
 */
import { LEVELS } from "../../domain/level.ts";
import type { FieldRef } from "../../query/ast.ts";
import type { Cell } from "./cell.ts";
import { FormTable, NO_ROOM } from "./form-table.ts";
import { OBJECT_BYTES } from "./held.ts";
import { joinShapes } from "./join-shapes.ts";
import { type Place, type RowBatch, comparePlaces } from "./row-batch.ts";
import { ServiceCounts } from "./service-counts.ts";
import { shapeReader } from "./shape-reader.ts";

export const MAX_SHAPES = 10_000;
/** Of joined patterns so many are kept, the most frequent ones, so that there is room for what comes. */
const KEPT_PATTERNS = MAX_SHAPES / 2;
const NOWHERE = { start: 0, end: 0 };
const LEVEL: FieldRef = { kind: "builtin", name: "level", at: NOWHERE };
const SERVICE: FieldRef = { kind: "builtin", name: "service", at: NOWHERE };
const LEVEL_INDEX: ReadonlyMap<unknown, number> = new Map(LEVELS.map((level, i) => [level, i]));

/** What is known of some entries. */
export interface Tally {
  count: number;
  /** Nanoseconds since 1970. */
  first: bigint;
  last: Place;
  /** By the order of LEVELS. */
  readonly levels: Float64Array;
  /** By the parts of the timeline; empty without one. */
  readonly parts: Float64Array;
  /** Undefined without a timeline. */
  readonly services: ServiceCounts | undefined;
}

/** What is noted of each entry beside its shape. */
export interface Timeline {
  /** How many parts there are. */
  readonly parts: number;
  /** @returns the part that a time lies in. */
  readonly partOf: (ms: number) => number;
}

export interface ShapeTally extends Tally {
  readonly text: string;
}

export class ShapeCounts {
  readonly #onFull: "join" | ((reason: string) => void);
  readonly #timeline: Timeline | undefined;
  #forms = new FormTable(MAX_SHAPES);
  /** By the number of the shape in `#forms`. */
  #tallies: Tally[] = [];
  #serviceBytes = 0;
  #left = 0;
  #joined = false;

  /**
   * @param onFull `join`, or who is told that further shapes are left out.
   * @param timeline absent: services and parts are not noted.
   */
  constructor(onFull: "join" | ((reason: string) => void), timeline?: Timeline) {
    this.#onFull = onFull;
    this.#timeline = timeline;
  }

  /** Entries that were added, those of shapes left out too. */
  get total(): number {
    return this.#tallies.reduce((sum, { count }) => sum + count, this.#left);
  }

  /** Entries of shapes that are no longer told apart: none of `shapes()` is theirs. */
  get left(): number {
    return this.#left;
  }

  /** Shapes were joined. */
  get approximate(): boolean {
    return this.#joined;
  }

  get heldBytes(): number {
    const tallyBytes = 4 * OBJECT_BYTES + 8 * (this.#timeline?.parts ?? 0);
    return this.#forms.heldBytes + tallyBytes * this.#tallies.length + this.#serviceBytes;
  }

  add(batch: RowBatch): void {
    const levels = batch.cells(LEVEL);
    const sums = new BatchSums(batch, this.#timeline);
    let numberOf = shapeReader(batch, this.#forms);
    for (let row = 0; row < batch.length; row++) {
      let id = numberOf(row);
      if (id === NO_ROOM) {
        if (!this.#makesRoom(1)) continue;
        // Joining numbers the shapes anew.
        for (const [own, tally] of sums.taken()) this.#putAt(own, tally);
        this.#join();
        numberOf = shapeReader(batch, this.#forms);
        id = numberOf(row);
      }
      sums.add(id, row, LEVEL_INDEX.get(levels(row)) ?? 0);
    }
    for (const [id, tally] of sums.taken()) this.#putAt(id, tally);
  }

  absorb(other: ShapeCounts): void {
    this.#left += other.#left;
    this.#joined ||= other.#joined;
    const ids = this.#forms.absorb(other.#forms);
    // Joining numbers the shapes anew: what found no room is put by its text, behind the others.
    ids.forEach((id, own) => {
      if (id !== NO_ROOM) this.#putAt(id, other.#tallies[own] as Tally);
    });
    ids.forEach((id, own) => {
      if (id === NO_ROOM)
        this.#put(String(other.#forms.scalarAt(own)), other.#tallies[own] as Tally);
    });
  }

  shapes(): ShapeTally[] {
    return this.#tallies.map((tally, id) => ({ ...tally, text: String(this.#forms.scalarAt(id)) }));
  }

  #put(text: string, tally: Tally): void {
    let id = this.#forms.ofScalar(text);
    if (id === NO_ROOM) {
      if (!this.#makesRoom(tally.count)) return;
      this.#join();
      id = this.#forms.ofScalar(text);
    }
    this.#putAt(id, tally);
  }

  /** @returns false when further shapes are left out: so many entries are. */
  #makesRoom(entries: number): boolean {
    if (this.#onFull === "join") return true;
    this.#left += entries;
    this.#onFull(`patterns tells at most ${MAX_SHAPES} shapes apart`);
    return false;
  }

  #putAt(id: number, tally: Tally): void {
    const known = this.#tallies[id];
    const held = known?.services?.heldBytes ?? 0;
    const own = known ?? copyOf(tally);
    if (known === undefined) this.#tallies[id] = own;
    else addTally(known, tally);
    this.#serviceBytes += (own.services?.heldBytes ?? 0) - held;
  }

  /** Makes room: the patterns of the shapes stand for them. */
  #join(): void {
    const patterns = joinShapes(this.shapes());
    this.#forms = new FormTable(MAX_SHAPES);
    this.#tallies = [];
    this.#serviceBytes = 0;
    this.#joined = true;
    for (const { text, shapes } of patterns.slice(0, KEPT_PATTERNS))
      this.#putAt(this.#forms.ofScalar(text), sumOf(shapes));
    for (const { shapes } of patterns.slice(KEPT_PATTERNS))
      for (const { count } of shapes) this.#left += count;
  }
}

/**
 * What the rows of one batch add to each shape.
 * Invariant: a batch with columns has its rows in their order, so that of a shape the first and the last row are enough.
 */
class BatchSums {
  readonly #batch: RowBatch;
  readonly #timeline: Timeline | undefined;
  readonly #service: ((row: number) => Cell) | undefined;
  readonly #ordered: boolean;
  readonly #byShape = new Map<
    number,
    {
      count: number;
      first: number;
      last: number;
      readonly levels: Float64Array;
      readonly parts: Float64Array;
      readonly services: ServiceCounts | undefined;
      /** Of the latest rows, one after the other: as a rule all are of one service. */
      service: Cell;
      run: number;
    }
  >();

  constructor(batch: RowBatch, timeline: Timeline | undefined) {
    this.#batch = batch;
    this.#timeline = timeline;
    this.#service = timeline === undefined ? undefined : batch.cells(SERVICE);
    this.#ordered = batch.plainColumn !== undefined;
  }

  add(id: number, row: number, level: number): void {
    const service = this.#service?.(row) ?? null;
    let own = this.#byShape.get(id);
    if (own === undefined) {
      own = {
        count: 0,
        first: row,
        last: row,
        levels: new Float64Array(LEVELS.length),
        parts: new Float64Array(this.#timeline?.parts ?? 0),
        services: this.#service === undefined ? undefined : new ServiceCounts(),
        service,
        run: 0,
      };
      this.#byShape.set(id, own);
    }
    own.count++;
    own.levels[level] = (own.levels[level] ?? 0) + 1;
    if (own.parts.length > 0) {
      const part = this.#timeline?.partOf(this.#batch.ms(row)) ?? 0;
      own.parts[part] = (own.parts[part] ?? 0) + 1;
    }
    if (own.service !== service) {
      own.services?.add(String(own.service ?? ""), own.run);
      own.service = service;
      own.run = 0;
    }
    own.run++;
    if (this.#ordered) own.last = row;
    else {
      const place = this.#batch.place(row);
      if (comparePlaces(place, this.#batch.place(own.first)) < 0) own.first = row;
      if (comparePlaces(place, this.#batch.place(own.last)) > 0) own.last = row;
    }
  }

  /** @returns the sums so far, and begins anew. */
  taken(): [number, Tally][] {
    const taken: [number, Tally][] = [];
    for (const [id, own] of this.#byShape) {
      const { count, first, last, levels, parts, services } = own;
      services?.add(String(own.service ?? ""), own.run);
      taken.push([
        id,
        {
          count,
          first: this.#batch.nanos(first),
          last: this.#batch.place(last),
          levels,
          parts,
          services,
        },
      ]);
    }
    this.#byShape.clear();
    return taken;
  }
}

/** @param tallies at least one. */
export function sumOf(tallies: Iterable<Tally>): Tally {
  let sum: Tally | undefined;
  for (const tally of tallies)
    if (sum === undefined) sum = copyOf(tally);
    else addTally(sum, tally);
  if (sum === undefined) throw new RangeError("no shape has no entries");
  return sum;
}

function copyOf({ count, first, last, levels, parts, services }: Tally): Tally {
  return {
    count,
    first,
    last,
    levels: levels.slice(),
    parts: parts.slice(),
    services: services?.copy(),
  };
}

function addTally(into: Tally, from: Tally): void {
  into.count += from.count;
  if (from.first < into.first) into.first = from.first;
  if (comparePlaces(from.last, into.last) > 0) into.last = from.last;
  addCounts(into.levels, from.levels);
  addCounts(into.parts, from.parts);
  if (from.services !== undefined) into.services?.absorb(from.services);
}

function addCounts(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) + (from[i] ?? 0);
}
