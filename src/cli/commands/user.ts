/** `argus user …`: the people who may sign in, for admins. Links go to stdout, once, and nowhere else. */
import type { User } from "../../../generated/client/argus/v1/auth_service.ts";
import { type Command, CommandError, noArguments, UsageError } from "../command.ts";
import { connect, type Connection, CONNECTION_HELP } from "../connection.ts";
import { table } from "../render/table.ts";
import { oneLine } from "../render/terminal-text.ts";

const VERBS = ["list", "invite", "promote", "demote", "disable", "enable", "reset-password"];

export const userCommand: Command = {
  name: "user",
  summary: "list, invite and disable the users of the instance (admins)",
  usage: [
    "list [--json]",
    "invite EMAIL [--admin]",
    "promote EMAIL",
    "demote EMAIL",
    "disable EMAIL",
    "enable EMAIL",
    "reset-password EMAIL",
  ],
  flags: { url: { type: "string" }, admin: { type: "boolean" }, json: { type: "boolean" } },
  help: {
    url: CONNECTION_HELP.url,
    admin: "the invited becomes an admin of the instance",
    json: "a JSON object a line",
  },
  async run(world, args) {
    const [verb = "list", email, ...more] = args.rest;
    if (!VERBS.includes(verb))
      throw new UsageError(`argus user has no ${JSON.stringify(verb)}: ${VERBS.join(", ")}`);
    if (verb === "list") noArguments("argus user list", args.rest.slice(1));
    else if (email === undefined) throw new UsageError(`argus user ${verb} takes an email`);
    if (more.length > 0)
      throw new UsageError(
        `argus user ${verb} takes one email: ${JSON.stringify(more[0])} is not understood`,
      );
    const connection = await connect(world, args);
    const { users } = connection.client;
    /** A link, for a person to send on or for a program to read. */
    const hand = (of: { url: string; code: string }, what: string): number => {
      const { url, code } = of;
      world.out(args.has("json") ? `${JSON.stringify({ url, code })}\n` : `${url}\n`);
      world.note(`Send them this link. It ${what}, once, and is shown this once.\n`);
      return 0;
    };
    if (verb === "list" || email === undefined) {
      const rows = (await allUsers(connection)).map((user) => ({
        email: user.email,
        name: user.name,
        admin: user.instanceAdmin ? "admin" : "",
        disabled: user.disabled ? "disabled" : "",
        id: user.id,
      }));
      if (args.has("json")) for (const row of rows) world.out(`${JSON.stringify(row)}\n`);
      else
        world.out(
          table(
            ["email", "name", "", "", "id"],
            rows.map((row) => Object.values(row)),
          ),
        );
      return 0;
    }
    if (verb === "invite") {
      const instanceAdmin = args.has("admin");
      return hand(
        await users.InviteUser({ email, instanceAdmin, memberships: [] }),
        "makes them a user, works for 7 days",
      );
    }
    const { id: userId } = await userNamed(connection, email);
    switch (verb) {
      case "reset-password":
        return hand(
          await users.CreateResetLink({ userId }),
          "sets another password within an hour",
        );
      case "disable":
        await users.DisableUser({ userId });
        world.note(`${oneLine(email)} may not sign in; their sessions are over.\n`);
        return 0;
      case "enable":
        await users.EnableUser({ userId });
        world.note(`${oneLine(email)} may sign in again.\n`);
        return 0;
      default: {
        const instanceAdmin = verb === "promote";
        await users.UpdateUser({ userId, name: undefined, instanceAdmin });
        world.note(`${oneLine(email)} is ${instanceAdmin ? "an admin" : "no admin any more"}.\n`);
        return 0;
      }
    }
  },
};

async function allUsers({ client }: Connection): Promise<User[]> {
  const all: User[] = [];
  let pageToken = "";
  do {
    const answer = await client.users.ListUsers({ pageSize: 1000, pageToken });
    all.push(...answer.users);
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  return all;
}

async function userNamed(connection: Connection, named: string): Promise<User> {
  const all = await allUsers(connection);
  const found = all.find(({ email, id }) => email === named.toLowerCase() || id === named);
  if (found !== undefined) return found;
  throw new CommandError(
    `There is no user ${oneLine(named)}.`,
    "See who is there with: npx argus user list",
  );
}
