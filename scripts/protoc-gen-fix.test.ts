/** The wrapper plugin changes imports, enums and the objects of structs, and nothing else. */
import { describe, expect, test } from "vitest";
import { Level, LogEntry } from "../generated/server/argus/v1/entry.ts";
import { fixSource } from "./protoc-gen-fix.ts";

describe("fixSource", () => {
  test.each([
    {
      name: "adds .ts to a relative import",
      source: 'import { A } from "./a";\nimport type { B } from "../b/b";',
      want: 'import { A } from "./a.ts";\nimport type { B } from "../b/b.ts";',
    },
    {
      name: "adds .ts to an import over several lines",
      source: 'import {\n  A,\n  B,\n} from "./a";',
      want: 'import {\n  A,\n  B,\n} from "./a.ts";',
    },
    {
      name: "leaves packages and paths that have an extension",
      source: 'import { A } from "a";\nimport { B } from "./b.ts";\nimport "node:fs";',
      want: 'import { A } from "a";\nimport { B } from "./b.ts";\nimport "node:fs";',
    },
    {
      name: "marks what twirp-ts exports as types",
      source: 'import { TwirpContext, TwirpServer, Interceptor } from "twirp-ts";',
      want: 'import { type TwirpContext, TwirpServer, type Interceptor } from "twirp-ts";',
    },
    {
      name: "gives objects of structs no prototype",
      source: "message.fields = {};\nlet json: JsonObject = {};\nreturn { fields: {} };",
      want:
        "message.fields = globalThis.Object.create(null);\n" +
        "let json: JsonObject = globalThis.Object.create(null);\n" +
        "return { fields: globalThis.Object.create(null) };",
    },
    {
      name: "leaves those names elsewhere",
      source: 'import { TwirpContext } from "./mine";\nconst TwirpContext = 1;',
      want: 'import { TwirpContext } from "./mine.ts";\nconst TwirpContext = 1;',
    },
    {
      name: "turns a numeric enum into an object with a reverse map and an open type",
      source: "export enum E {\n    /** A = 1 */\n    A = 0,\n    B = 7\n}\n",
      want:
        'export const E = {\n    /** A = 1 */\n    A: 0,\n    B: 7,\n    "0": "A",\n    "7": "B",\n} as const;\n' +
        "export type E = Extract<(typeof E)[keyof typeof E], number> | (number & {});\n",
    },
    {
      name: "turns a text enum into an object and its union",
      source: 'export enum M {\n  X = "X",\n}\n',
      want: 'export const M = {\n  X: "X",\n} as const;\nexport type M = (typeof M)[keyof typeof M];\n',
    },
  ])("$name", ({ source, want }) => {
    expect(fixSource(source)).toBe(want);
    expect(fixSource(want), "a second run changes nothing").toBe(want);
  });
});

test("reflection finds the names of enum values", () => {
  const json = LogEntry.toJson(LogEntry.create({ level: Level.WARN })) as Record<string, unknown>;
  expect(json["level"]).toBe("LEVEL_WARN");
  expect(LogEntry.fromJson({ level: "LEVEL_FATAL" }).level).toBe(21);
});

test("a number between two levels survives JSON and binary", () => {
  const entry = LogEntry.create({ level: 18 });
  const json = LogEntry.toJson(entry) as Record<string, unknown>;
  expect(json["level"]).toBe(18);
  expect(LogEntry.fromBinary(LogEntry.toBinary(entry)).level).toBe(18);
});
