/**
 * From arguments to an exit code: 0 done, 1 failed, 2 the arguments cannot be meant.
 * Invariant: errors go to stderr in words, with what to do next; nothing a server sent reaches the terminal raw.
 */
import { parseArgs } from "node:util";
import { type Arguments, type Command, UsageError, type World } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { apiKeyOf } from "./connection.ts";
import { helpOf, overview, usageOf } from "./help.ts";
import { problemText } from "./render/problem.ts";
import { guarded } from "./render/terminal-text.ts";

export async function run(given: World, argv: readonly string[], version: string): Promise<number> {
  const world = guarded(given);
  const [name, ...rest] = argv;
  if (name === "--version" || name === "version") {
    world.out(`${version}\n`);
    return 0;
  }
  if (name === undefined) {
    world.note(overview(COMMANDS));
    return 2;
  }
  if (name === "help" || name === "--help" || name === "-h") return help(world, rest[0]);
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    world.note(
      `There is no command ${JSON.stringify(name)}. They are: ${COMMANDS.map((one) => one.name).join(", ")}, help\n`,
    );
    return 2;
  }
  if (command.raw !== true && rest.some((arg) => arg === "--help" || arg === "-h"))
    return help(world, name);
  return runCommand(world, command, rest);
}

function help(world: World, name: string | undefined): number {
  const command = COMMANDS.find((one) => one.name === name);
  if (name !== undefined && command === undefined) {
    world.note(`There is no command ${JSON.stringify(name)}.\n`);
    return 2;
  }
  world.out(command === undefined ? overview(COMMANDS) : helpOf(command));
  return 0;
}

async function runCommand(
  world: World,
  command: Command,
  argv: readonly string[],
): Promise<number> {
  let args: Arguments | undefined;
  try {
    args = command.raw === true ? readArguments({}, []) : readArguments(command.flags, argv);
    return await command.run(world, args, argv);
  } catch (error) {
    if (world.signal.aborted) return 130;
    if (error instanceof UsageError) {
      world.note(`${error.message}\n${usageOf(command)}More: npx argus help ${command.name}\n`);
      return 2;
    }
    world.note(
      problemText(error, { query: args?.rest.join(" "), keyWins: apiKeyOf(world) !== undefined }),
    );
    return 1;
  }
}

/** Marks an argument that begins with one dash: there are no short flags, and `-path:/health` is a query. */
const WORD = "\u0000";

/** Throws UsageError. */
export function readArguments(flags: Command["flags"], argv: readonly string[]): Arguments {
  const marked = argv.map((arg) => (/^-[^-]/.test(arg) ? WORD + arg : arg));
  const unmark = (text: string): string => text.replace(WORD, "");
  try {
    const { values, positionals } = parseArgs({
      args: marked,
      options: flags,
      allowPositionals: true,
      strict: true,
    });
    return {
      rest: positionals.map(unmark),
      has: (flag) => values[flag] !== undefined && values[flag] !== false,
      text: (flag) => {
        const value = values[flag];
        return typeof value === "string" ? unmark(value) : undefined;
      },
    };
  } catch (error) {
    const known = Object.keys(flags).map((flag) => `--${flag}`);
    const [first = "The arguments cannot be read."] = (
      error instanceof Error ? error.message : ""
    ).split(". ");
    throw new UsageError(`${unmark(first)}. Flags: ${known.join(" ")}`);
  }
}
