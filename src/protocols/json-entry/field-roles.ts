/**
 * What the members of other people's JSON records are called.
 * Invariant: a name has one role; within a role the lower rank wins, and a loser stays an attribute of its own name.
 * Names with a dot are met both flat and nested (`trace.id`, `trace: { id }`).
 */

export const ROLE = {
  message: 0,
  time: 1,
  level: 2,
  service: 3,
  host: 4,
  traceId: 5,
  spanId: 6,
  /** Attributes under one name each, whatever the sender calls them. */
  exceptionType: 7,
  exceptionMessage: 8,
  exceptionStack: 9,
} as const;
export type RoleKind = (typeof ROLE)[keyof typeof ROLE];
export const ROLE_COUNT = 10;

export interface FieldRole {
  readonly kind: RoleKind;
  readonly rank: number;
}

const NAMES: Readonly<Record<keyof typeof ROLE, readonly string[]>> = {
  message: ["message", "msg", "_msg", "body", "event", "log", "short_message", "text"],
  time: [
    "@timestamp",
    "timestamp",
    "time",
    "ts",
    "_time",
    "date",
    "datetime",
    "asctime",
    "created",
  ],
  level: [
    "level",
    "severity",
    "levelname",
    "log.level",
    "lvl",
    "status",
    "loglevel",
    "priority",
    "severity_text",
    "severityText",
    "severity_number",
    "severityNumber",
    "levelno",
  ],
  service: ["service.name", "service", "service_name", "app", "application", "app_name", "name"],
  host: ["host.name", "host", "hostname"],
  traceId: ["trace_id", "traceId", "traceID", "trace.id", "dd.trace_id"],
  spanId: ["span_id", "spanId", "spanID", "span.id", "dd.span_id"],
  exceptionType: ["exception.type", "err.type", "error.type"],
  exceptionMessage: ["exception.message", "err.message", "error.message"],
  exceptionStack: [
    "exception.stacktrace",
    "exception.stack",
    "err.stack",
    "error.stack_trace",
    "error.stack",
    "stack",
    "stack_trace",
    "exc_info",
    "exc_text",
  ],
};

/** Roles by name as it stands flat. */
export const FIELD_ROLES: ReadonlyMap<string, FieldRole> = new Map(
  Object.entries(NAMES).flatMap(([role, names]) =>
    names.map(
      (name, rank) =>
        [name, { kind: ROLE[role as keyof typeof ROLE], rank }] satisfies [string, FieldRole],
    ),
  ),
);

/** The first half of names with a dot: maps that are looked into. */
export const NESTING_NAMES: ReadonlySet<string> = new Set(
  [...FIELD_ROLES.keys()]
    .filter((name) => name.includes("."))
    .map((name) => name.slice(0, name.indexOf("."))),
);

/** Names whose unreadable value still says that a time was meant; another's is an attribute like others. */
export const FIRM_TIME_RANK = 4;
/** `message`, `msg`, `_msg`: numbers and booleans under these are messages, too. */
export const FIRM_MESSAGE_RANK = 2;
/** The rank of `name`, which is the service only where pino and bunyan write. */
export const LOGGER_NAME_RANK = NAMES.service.indexOf("name");

/** Words of these may be anything (`status: "shipped"`): they are levels only when they are known ones. */
export const LOOSE_LEVEL_NAMES: ReadonlySet<string> = new Set(["status", "priority"]);
