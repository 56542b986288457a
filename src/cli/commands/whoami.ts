/** `argus whoami`: who is calling, and with what role where. */
import { Role } from "../../../generated/client/argus/v1/application_service.ts";
import { type Command, noArguments } from "../command.ts";
import { applicationOfKey, connect, CONNECTION_HELP, prefixOf } from "../connection.ts";
import { table } from "../render/table.ts";
import { oneLine } from "../render/terminal-text.ts";

export const whoamiCommand: Command = {
  name: "whoami",
  summary: "who is signed in, and with what role where",
  usage: ["[--json]"],
  flags: { url: { type: "string" }, json: { type: "boolean" } },
  help: { url: CONNECTION_HELP.url, json: "one JSON object" },
  async run(world, args) {
    noArguments("argus whoami", args.rest);
    const connection = await connect(world, args);
    const { kind, url, client } = connection;
    if (kind === "key") {
      const application = (await applicationOfKey(connection))?.name;
      const key = prefixOf(await connection.token());
      const may = application === undefined ? ", may only write," : ` of ${oneLine(application)}`;
      world.out(
        args.has("json")
          ? `${JSON.stringify({ url, key, application })}\n`
          : `API key ${key}${may} (ARGUS_API_KEY) at ${url}\n`,
      );
      return 0;
    }
    const { user, memberships } = await client.auth.GetMe({});
    const rows = memberships.map(({ application, role }) => [
      application?.name ?? "",
      roleName(role),
    ]);
    if (args.has("json")) {
      const applications = rows.map(([name, role]) => ({ name, role }));
      world.out(
        `${JSON.stringify({ url, email: user?.email, name: user?.name, instance_admin: user?.instanceAdmin, applications })}\n`,
      );
      return 0;
    }
    const admin = user?.instanceAdmin === true ? ", instance admin" : "";
    world.out(`${oneLine(user?.email ?? "")} (${oneLine(user?.name ?? "")}${admin}) at ${url}\n`);
    if (rows.length > 0) world.out(table(["application", "role"], rows));
    return 0;
  },
};

export function roleName(role: Role): string {
  const found = Object.entries(Role).find(([, value]) => value === role)?.[0] ?? "";
  return found.replace("ROLE_", "").toLowerCase();
}
