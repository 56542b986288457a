// Made by scripts/protoc-gen-shapes.ts.

export const Level = { LEVEL_UNSPECIFIED: 0, LEVEL_TRACE: 1, LEVEL_DEBUG: 5, LEVEL_INFO: 9, LEVEL_WARN: 13, LEVEL_ERROR: 17, LEVEL_FATAL: 21 } as const;
export type Level = import("./entry.ts").Level;
export const LogEntry = ["ttime elevel smessage sservice shost strace_id sspan_id vattributes tobserved_time sid Struncated", Level] as const;
