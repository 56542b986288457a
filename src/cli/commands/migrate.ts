/** `argus migrate`: brings the store to this program's version. */
import { SettingsError } from "../../server/given-settings.ts";
import { SETTINGS } from "../../server/setting-table.ts";
import { type Command, type Flags, noArguments, UsageError } from "../command.ts";
import { oneLine } from "../render/terminal-text.ts";

/** Those that say which store it is, and how it is reached. */
const NAMED = SETTINGS.filter(
  ({ flag, group }) => flag === "store" || group === "embedded" || group === "cassandra",
);

export const migrateCommand: Command = {
  name: "migrate",
  summary: "bring the store to this program's version",
  usage: ["[--data folder]", "--store cassandra --cassandra-contact-points host:port,host:port"],
  flags: Object.fromEntries(NAMED.map(({ flag }) => [flag, { type: "string" }])) satisfies Flags,
  help: Object.fromEntries(
    NAMED.map(({ flag, variable, fallback, help }) => [
      flag,
      `${help} (else ${variable}${fallback === "" ? "" : `, else ${fallback}`})`,
    ]),
  ),
  async run(world, args) {
    noArguments("argus migrate", args.rest);
    const { migrateStore } = await import("../../server/migrate.ts");
    const flags = Object.fromEntries(NAMED.map(({ flag }) => [flag, args.text(flag)]));
    const { where, version } = await migrateStore(flags).catch((error: unknown) => {
      throw error instanceof SettingsError ? new UsageError(error.message) : error;
    });
    world.out(`The store in ${oneLine(where)} has version ${version}.\n`);
    return 0;
  },
};
