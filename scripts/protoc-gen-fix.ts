/**
 * A protoc plugin around a protoc plugin: runs the real one and makes its TypeScript fit Node's type
 * stripping and `verbatimModuleSyntax`.
 * Invariant: only imports, enums and the objects of structs change, never names or wire numbers.
 * Usage in buf.gen.yaml: local: [node, scripts/protoc-gen-fix.ts, <path of the plugin>]
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeSync } from "node:fs";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";

/** Names that twirp-ts imports as values although they are types. */
const TYPES_ONLY = /(?<!type )\b(TwirpContext|RouterEvents|Interceptor)\b/g;

/**
 * @returns `source` with `.ts` on relative imports, type-only imports marked, enums as objects, and structs that hold
 * any name.
 */
export function fixSource(source: string): string {
  return structsOfAnyName(enumsAsObjects(typeOnlyImports(relativeImports(source))));
}

/** Names in a Struct are a sender's: in an object with a prototype `__proto__` is no name, and is lost. */
function structsOfAnyName(source: string): string {
  return [
    "return { fields: {} };",
    "const object: { [key: string]: any } = {};",
    "message.fields = {};",
    "let json: JsonObject = {};",
  ].reduce(
    (text, line) => text.replace(line, line.replace("{}", "globalThis.Object.create(null)")),
    source,
  );
}

function relativeImports(source: string): string {
  return source.replace(
    /^((?:import|export)\b[^;]*?\bfrom\s+|import\s+)(["'])(\.{1,2}\/[^"']+)\2/gm,
    (whole, head: string, quote: string, path: string) =>
      /\.[cm]?[jt]s$/.test(path) ? whole : `${head}${quote}${path}.ts${quote}`,
  );
}

function typeOnlyImports(source: string): string {
  return source.replace(
    /^import\s*\{([^}]*)\}\s*from\s*(["'])twirp-ts\2/gm,
    (_, names: string, quote: string) =>
      `import {${names.replace(TYPES_ONLY, "type $1")}} from ${quote}twirp-ts${quote}`,
  );
}

/**
 * `export enum E { A = 0 }` becomes a const object and a type of the same name. Numeric members keep the
 * reverse map, which protobuf-ts' JSON looks names up in; their type stays open, as proto3 enums are.
 */
function enumsAsObjects(source: string): string {
  return source.replace(
    /^export enum (\w+) \{\n?([\s\S]*?)^\}/gm,
    (_, name: string, body: string) => {
      let numeric = true;
      const reverse: string[] = [];
      const members = body.replace(
        // A member at the start of a line: comments hold `=` too, but begin with `*` or `//`.
        /^(\s*)(\w+)\s*=\s*(-?\d+|"[^"]*")(,?)[ \t]*$/gm,
        (_line, indent: string, member: string, value: string) => {
          if (value.startsWith('"')) numeric = false;
          else reverse.push(`${indent.replace(/\n/g, "")}"${value}": "${member}",`);
          return `${indent}${member}: ${value},`;
        },
      );
      const values = `(typeof ${name})[keyof typeof ${name}]`;
      const type = numeric ? `Extract<${values}, number> | (number & {})` : values;
      const tail = reverse.length === 0 ? "" : `${reverse.join("\n")}\n`;
      return `export const ${name} = {\n${members}${tail}} as const;\nexport type ${name} = ${type};`;
    },
  );
}

function main(plugin: string): void {
  const run = spawnSync(plugin, {
    input: readFileSync(0),
    maxBuffer: 1 << 30,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0) {
    process.exitCode = run.status ?? 1;
    return;
  }
  const response = fromBinary(CodeGeneratorResponseSchema, run.stdout);
  for (const file of response.file) file.content = fixSource(file.content);
  const out = toBinary(CodeGeneratorResponseSchema, response);
  // A pipe takes a part at a time.
  for (let at = 0; at < out.length;) at += writeSync(1, out, at);
}

if (import.meta.main) {
  const plugin = process.argv[2];
  if (plugin === undefined) throw new Error("usage: protoc-gen-fix.ts <plugin>");
  main(plugin);
}
