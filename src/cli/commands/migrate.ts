/** `argus migrate`: brings the embedded store to this program's version. */
import { type Command, noArguments } from "../command.ts";
import { oneLine } from "../render/terminal-text.ts";

export const migrateCommand: Command = {
  name: "migrate",
  summary: "bring the embedded store to this program's version",
  usage: ["[--data folder]"],
  flags: { data: { type: "string" } },
  help: { data: "the folder of the store (else ARGUS_DATA, else ./argus-data)" },
  async run(world, args) {
    noArguments("argus migrate", args.rest);
    const { migrateStore } = await import("../../server/migrate.ts");
    const { folder, version } = await migrateStore(args.text("data"));
    world.out(`The store in ${oneLine(folder)} has version ${version}.\n`);
    return 0;
  },
};
