/**
 * The rooms of src, who may import whom, and the shape of files: the table is the rule, and this enforces it.
 * Invariant: every file of src lies in a room of the table, and every import in it is allowed by its row.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize, sep } from "node:path";
import { expect, test } from "vitest";

interface Room {
  /** Rooms it may import, beside itself. `generated/…` are folders of generated code. */
  readonly rooms: readonly string[];
  /** Node's own modules: all, or none. */
  readonly node: boolean;
  readonly packages: readonly string[];
  /** Rooms that only its tests may import, as an oracle or the other end of the wire. */
  readonly forTests?: readonly string[];
}

const DATA = ["domain", "query", "engine", "storage"];
const BELOW_HTTP = [...DATA, "jobs", "auth", "accounts", "ingest", "search", "upkeep"];
const EDGE = [...BELOW_HTTP, "http"];
const PAGE = ["client", "generated/client", "query", "domain"];

/** Rooms that are planned (`jobs`, `demo`) have their rows already: their first file is judged like any other. */
const ROOMS: Readonly<Record<string, Room>> = {
  domain: { rooms: [], node: false, packages: [] },
  query: { rooms: ["domain"], node: false, packages: ["re2js"] },
  engine: { rooms: ["domain", "query"], node: true, packages: ["re2js"] },
  storage: { rooms: ["domain"], node: true, packages: ["cassandra-driver"] },
  jobs: { rooms: ["domain", "storage"], node: true, packages: ["croner"] },
  auth: { rooms: ["domain", "storage"], node: true, packages: ["jose"] },
  accounts: { rooms: ["domain", "storage", "auth"], node: true, packages: [] },
  ingest: { rooms: DATA, node: true, packages: [] },
  search: { rooms: DATA, node: true, packages: [] },
  upkeep: { rooms: ["domain", "engine", "storage", "jobs"], node: true, packages: [] },
  http: { rooms: ["domain", "auth"], node: true, packages: ["express"] },
  rpc: {
    rooms: [...EDGE, "generated/server"],
    node: true,
    packages: [
      "express",
      "twirp-ts",
      "@protobuf-ts/runtime",
      "@protobuf-ts/runtime-rpc",
      "@bufbuild/protobuf",
      "@bufbuild/protobuf/wkt",
    ],
  },
  // Some dialects answer with the API's own messages.
  protocols: { rooms: [...EDGE, "generated/server"], node: true, packages: ["express"] },
  endpoints: { rooms: EDGE, node: true, packages: ["express"] },
  server: {
    rooms: [...EDGE, "rpc", "protocols", "endpoints", "client", "generated/server"],
    node: true,
    packages: ["express"],
  },
  // Runs in browsers too.
  client: {
    rooms: ["generated/client"],
    node: false,
    packages: ["@bufbuild/protobuf", "twirp-ts"],
    forTests: ["generated/server", "domain", "rpc", "http"],
  },
  web: {
    rooms: PAGE,
    node: false,
    packages: ["preact", "@preact/signals", "uplot", "@tanstack/virtual-core", "re2js"],
  },
  cli: { rooms: [...PAGE, "server"], node: true, packages: [] },
  demo: { rooms: PAGE, node: true, packages: [] },
};

/** Tests may use these in every room, and Node's modules, and what stands under test/. */
const TEST_PACKAGES = new Set(["vitest", "fast-check"]);

/** Node's modules that one file of a room may import, and no other of that room. */
const ONE_FILE: readonly { room: string; module: string }[] = [
  { room: "engine", module: "node:zlib" },
];

/** These rooms are pure, or are given a clock, a source of ids and their settings. */
const GIVEN_ROOMS = new Set([...BELOW_HTTP, "http", "rpc", "protocols", "endpoints"]);
const AMBIENT = /\b(Date\.now|Math\.random|process\.env|performance\.now|new Date\(\))/;

const MAX_LINES = 500;
const root = join(import.meta.dirname, "..");

interface Source {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
}

const sources = ["src", "scripts", "test"].flatMap(filesBelow).filter(isCode).map(read);
const inRooms = sources.filter((source) => source.path.startsWith("src/"));

test("every file of src lies in a room", () => {
  const strays = filesBelow("src").filter((path) => ROOMS[roomOf(path)] === undefined);
  expect(strays).toEqual([]);
});

test("rooms import what their row allows, and nothing else", () => {
  expect(
    inRooms.flatMap((source) => importsOf(source).flatMap((to) => whyNot(source, to))),
  ).toEqual([]);
});

test.each([
  { path: "src/domain/a.ts", text: 'import { b } from "node:fs";' },
  { path: "src/engine/a.ts", text: 'import type {\n  B,\n} from "../storage/log-store.ts";' },
  { path: "src/search/sub/a.ts", text: 'export { b } from "../../ingest/ingest.ts";' },
  { path: "src/cli/a.ts", text: 'import "express";' },
  { path: "src/rpc/a.ts", text: 'import { b } from "../../generated/client/argus/v1/entry.ts";' },
  { path: "src/server/a.ts", text: 'const b = await import("../cli/main.ts");' },
  { path: "src/storage/a.ts", text: 'new Worker(new URL("../engine/b.ts", import.meta.url));' },
  { path: "src/ingest/a.ts", text: 'import { b } from "../../test/support/fake-clock.ts";' },
])("the rule refuses $text in $path", ({ path, text }) => {
  const source = { path, text, isTest: false };
  expect(importsOf(source).flatMap((to) => whyNot(source, to))).toHaveLength(1);
});

test.each(ONE_FILE)("one file of $room imports $module", ({ room, module }) => {
  const users = inRooms.filter(
    (source) =>
      !source.isTest && roomOf(source.path) === room && importsOf(source).includes(module),
  );
  expect(users.map((source) => source.path).slice(1)).toEqual([]);
});

test("the backends of a store do not know each other", () => {
  const backends = new Set(["sqlite", "cassandra"]);
  const crossings = inRooms.flatMap((source) => {
    const [, , own] = source.path.split("/");
    if (roomOf(source.path) !== "storage" || own === undefined || !backends.has(own)) return [];
    const targets = importsOf(source).map((to) => targetOf(source, to).split("/"));
    return targets.some(
      ([, room, to]) => room === "storage" && to !== own && backends.has(to ?? ""),
    )
      ? [source.path]
      : [];
  });
  expect(crossings).toEqual([]);
});

test("the page loads shapes of messages, and types alone of the code for them", () => {
  const loads = inRooms.filter(
    ({ path, text, isTest }) =>
      !isTest &&
      roomOf(path) === "web" &&
      /^(import|export) (?!type )[^;]*?"[./]*generated\/(?![\w/]+\.shapes\.ts")/m.test(text),
  );
  expect(loads.map(({ path }) => path)).toEqual([]);
});

test("clocks, chance and the environment come in as arguments", () => {
  const ambient = inRooms.flatMap((source) => {
    if (source.isTest || !GIVEN_ROOMS.has(roomOf(source.path))) return [];
    const lines = source.text.split("\n");
    return lines.flatMap((line, i) =>
      AMBIENT.test(line.replace(/^\s*(\*|\/[/*]).*/, "").replace(/\/\/ .*/, ""))
        ? [`${source.path}:${i + 1} ${line.trim()}`]
        : [],
    );
  });
  expect(ambient).toEqual([]);
});

test("modules open by saying what they are", () => {
  const silent = inRooms.filter((source) => !/^(#!.*\n)?\/\*\*/.test(source.text));
  expect(silent.filter((source) => !source.isTest).map((source) => source.path)).toEqual([]);
});

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = sources.filter((source) => source.text.split("\n").length - 1 > MAX_LINES);
  expect(long.map((source) => source.path)).toEqual([]);
});

test("names of files are kebab-case and say what is in them", () => {
  const odd = sources
    .map((source) => source.path)
    .filter(
      (path) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(basename(path)) || SAYS_NOTHING.test(path),
    );
  expect(odd).toEqual([]);
});

const SAYS_NOTHING = /(^|[/.-])(utils?|helpers?|common|misc)([/.-]|$)/;

/** @returns why `source` may not import `specifier`, in a sentence; empty when it may. */
function whyNot(source: Source, specifier: string): string[] {
  const from = roomOf(source.path);
  const row = ROOMS[from];
  if (row === undefined) return [];
  const say = (what: string): string[] => [`${source.path}: ${from} may not import ${what}`];
  if (specifier.startsWith("node:"))
    return row.node || source.isTest ? [] : say(`Node's modules (${specifier})`);
  if (!specifier.startsWith(".")) {
    const name = specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
    if (row.packages.includes(name) || (source.isTest && TEST_PACKAGES.has(name))) return [];
    return say(`the package ${name}`);
  }
  const target = targetOf(source, specifier);
  const [top, next] = target.split("/");
  if (top === "src" && (next === from || row.rooms.includes(next ?? ""))) return [];
  if (top === "generated" && row.rooms.includes(`generated/${next}`)) return [];
  const other = top === "generated" ? `generated/${next}` : (next ?? "");
  if (source.isTest && row.forTests?.includes(other) === true) return [];
  if (top === "test" && source.isTest) return [];
  return say(target);
}

/** Specifiers as written: of imports, re-exports, dynamic imports, and files named for a worker. */
function importsOf(source: Source): string[] {
  const statements = source.text.matchAll(
    /^(?:import|export)\s(?:[^;"']*?\sfrom\s)?\s*"([^"\n]+)"/gm,
  );
  const calls = source.text.matchAll(/\bimport\(\s*"([^"\n]+)"/g);
  const workers = source.text.matchAll(/\bnew URL\(\s*"(\.[^"\n]+)",\s*import\.meta\.url/g);
  return [...statements, ...calls, ...workers].map((match) => match[1] ?? "");
}

/** @returns the path from the root that a relative specifier names. */
function targetOf(source: Source, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return normalize(join(dirname(source.path), specifier))
    .split(sep)
    .join("/");
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .map((path) => path.split(sep).join("/"));
}

function isCode(path: string): boolean {
  return /\.(ts|tsx|js)$/.test(path);
}

function read(path: string): Source {
  return {
    path,
    text: readFileSync(join(root, path), "utf8"),
    isTest: path.includes(".test."),
  };
}
