/** `argus app …`: the caller's applications. */
import { type Command, noArguments, UsageError } from "../command.ts";
import { chosenApplication, connect, CONNECTION_HELP, listApplications } from "../connection.ts";
import { table } from "../render/table.ts";
import { roleName } from "./whoami.ts";

const VERBS = ["list", "create", "update", "delete"];

export const appCommand: Command = {
  name: "app",
  summary: "list, create, change and delete applications",
  usage: [
    "list [--json]",
    "create NAME [--title TEXT] [--retention-days N]",
    "update NAME [--title TEXT] [--retention-days N]",
    "delete NAME --confirm NAME",
  ],
  flags: {
    url: { type: "string" },
    title: { type: "string" },
    "retention-days": { type: "string" },
    confirm: { type: "string" },
    json: { type: "boolean" },
  },
  help: {
    url: CONNECTION_HELP.url,
    title: "what people see",
    "retention-days": "entries are kept so long; 0 keeps them for ever",
    confirm: "the name once more: deleting cannot be undone",
    json: "a JSON object a line",
  },
  async run(world, args) {
    const [verb = "list", name, ...more] = args.rest;
    if (!VERBS.includes(verb))
      throw new UsageError(`argus app has no ${JSON.stringify(verb)}: ${VERBS.join(", ")}`);
    if (verb === "list") noArguments("argus app list", args.rest.slice(1));
    if (more.length > 0)
      throw new UsageError(
        `argus app ${verb} takes one name: ${JSON.stringify(more[0])} is not understood`,
      );
    const connection = await connect(world, args);
    const service = connection.client.applications;
    if (verb === "list") {
      const all = await listApplications(connection.client);
      const rows = all.map((one) => ({
        name: one.name,
        title: one.title,
        retention_days: one.retentionDays,
        role: roleName(one.role),
        id: one.id,
      }));
      if (args.has("json")) for (const row of rows) world.out(`${JSON.stringify(row)}\n`);
      else if (rows.length === 0)
        world.note("There is no application yet. Make one with: npx argus app create NAME\n");
      else
        world.out(
          table(
            ["name", "title", "days", "role", "id"],
            rows.map((row) => Object.values(row)),
          ),
        );
      return 0;
    }
    if (name === undefined) throw new UsageError(`argus app ${verb} takes a name`);
    const retentionDays = days(args.text("retention-days"));
    if (verb === "create") {
      const { application } = await service.CreateApplication({
        name,
        title: args.text("title") ?? name,
        color: "",
        retentionDays,
      });
      world.out(
        args.has("json")
          ? `${JSON.stringify({ name, id: application?.id })}\n`
          : `${application?.id ?? ""}\n`,
      );
      world.note(`Made ${name}. A key to send with: npx argus key create send --app ${name}\n`);
      return 0;
    }
    const named = { ...args, text: (flag: string) => (flag === "app" ? name : args.text(flag)) };
    const { id } = await chosenApplication(connection, named);
    if (verb === "update") {
      await service.UpdateApplication({
        applicationId: id,
        title: args.text("title"),
        color: undefined,
        retentionDays,
        quota: undefined,
      });
      world.note(`Changed ${name}.\n`);
      return 0;
    }
    if (args.text("confirm") !== name)
      throw new UsageError(
        `deleting ${name} and all its entries cannot be undone: add --confirm ${name}`,
      );
    await service.DeleteApplication({ applicationId: id, confirmName: name });
    world.note(`Deleted ${name}.\n`);
    return 0;
  },
};

function days(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text))
    throw new UsageError("--retention-days takes a whole number; 0 keeps for ever");
  return Number(text);
}
