/** The help, made from the table of commands: what is not in the table has no help, and the other way round. */
import type { Command } from "./command.ts";

export function overview(commands: readonly Command[]): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}\n`);
  return `usage: argus COMMAND …\n\n${lines.join("")}\nMore of one: argus help COMMAND. Version: argus --version.
Clients read ARGUS_URL (http://127.0.0.1:4700) and ARGUS_API_KEY.
In the folder of Argus it is written npx argus. First steps: npx argus serve, then in another terminal
npx argus login, npx argus app create web, npx argus send FILE --service web, npx argus search timeout.
`;
}

/** The forms of a command, a line each, and how one is written out. */
export function usageOf(command: Command): string {
  const forms = command.usage.map((form, i) =>
    `${i === 0 ? "usage:" : "      "} argus ${command.name} ${form}`.trimEnd(),
  );
  const examples = (command.examples ?? []).map((line) => `  ${line}`);
  return [...forms, ...(examples.length === 0 ? [] : ["for example:", ...examples]), ""].join("\n");
}

export function helpOf(command: Command): string {
  const width = Math.max(16, ...Object.keys(command.help).map((flag) => flag.length));
  const flags = Object.entries(command.help).map(
    ([flag, text]) => `  --${flag.padEnd(width)} ${text}\n`,
  );
  return `${command.summary}\n\n${usageOf(command)}${flags.length === 0 ? "" : `\n${flags.join("")}`}`;
}
