/**
 * Where a decoder puts rows. It names bytes by place (source, start, end), so that a wire walker copies nothing
 * and builds no strings; the sink copies once, into columns.
 * Invariant: a row is taken whole at `end` or not at all; limits are applied here, and what was cut is named.
 *
 * Order of calls: `begin`, any setters in any order, then `end` or `reject`. The last call of a setter wins,
 * attributes add up. Sources must not change before `end`.
 */
export interface RowSink {
  /** Starts the row that stands at `index` of its batch. */
  begin(index: number): void;

  /** @param remNanos 0..999,999 beyond `ms`, which is since 1970. A row without a time gets the batch's. */
  time(ms: number, remNanos: number): void;
  /** A time that is zero, unreadable or out of range: the batch's time is taken, the sent text is kept in `time_original`. */
  unreadableTime(text: string): void;

  /** @param severity 1..24; a row without one is info. */
  severity(severity: number): void;
  /** The word or number that was sent, when it is not what `severity` says: kept in `level_original`. */
  levelOriginal(text: string): void;

  /** Text must be UTF-8; what is not makes the row rejected. */
  message(source: Uint8Array, start: number, end: number): void;
  service(source: Uint8Array, start: number, end: number): void;
  host(source: Uint8Array, start: number, end: number): void;
  /** Hex of either case. All zeros or empty is absent; another length becomes an attribute of the field's name. */
  traceId(source: Uint8Array, start: number, end: number): void;
  spanId(source: Uint8Array, start: number, end: number): void;

  /**
   * Attributes, under a flat (dotted) name. A name that comes twice in a row holds a list of its distinct values.
   * The decoder flattens: maps become names, an empty map or list and null are `attributeJson`.
   */
  attributeText(name: Name, source: Uint8Array, start: number, end: number): void;
  attributeNumber(name: Name, value: number): void;
  attributeBoolean(name: Name, value: boolean): void;
  /** Anything else (null, lists, maps in lists, integers beyond ±2^53) as its JSON text in UTF-8. */
  attributeJson(name: Name, source: Uint8Array, start: number, end: number): void;

  /** Names something the decoder itself cut (depth). */
  truncated(name: string): void;

  /** Takes the row; refused rows are in `rejections` of the batch. */
  end(): void;
  /** Drops the row and says why. */
  reject(reason: string): void;

  /** Forgets the batch's rows and defaults, the open row too: the decoder reads its body once more. */
  restart(): void;
}

/** An attribute name as a handle of this sink: `name` looks it up or makes it, by bytes or by text. */
export type Name = number & { readonly __id: "Name" };

export interface RowSinkNames {
  /** @returns the handle of the flat name in source[start..end); over-long names are cut and named. */
  nameOf(source: Uint8Array, start: number, end: number): Name;
  /** @returns the handle of a text name. */
  nameOfText(text: string): Name;
  /** @returns the handle of `parent.child`, for flattening maps. */
  join(parent: Name, child: Name): Name;
}

/** Attributes for every row of the batch that lacks them; called before the first row. */
export interface RowSinkDefaults {
  defaultService(text: string): void;
  defaultHost(text: string): void;
  defaultText(name: Name, text: string): void;
  defaultNumber(name: Name, value: number): void;
  defaultBoolean(name: Name, value: boolean): void;
  defaultJson(name: Name, json: string): void;
}

/** Decodes one body; throws FaultError `invalid` when the body as a whole cannot be decoded. */
export type BodyDecoder<Options> = (
  body: Uint8Array,
  sink: RowSink & RowSinkNames & RowSinkDefaults,
  options: Options,
) => void;
