/** `argus member …`: who belongs to an application. An invite's link goes to stdout, once, and nowhere else. */
import { type Member, Role } from "../../../generated/client/argus/v1/application_service.ts";
import { type Command, CommandError, noArguments, UsageError } from "../command.ts";
import {
  chosenApplication,
  type Connection,
  connect,
  CONNECTION_FLAGS,
  CONNECTION_HELP,
} from "../connection.ts";
import { exactTime } from "../render/entry-line.ts";
import { table } from "../render/table.ts";
import { oneLine } from "../render/terminal-text.ts";
import { nanosOfTimestamp } from "../time-option.ts";
import { roleName } from "./whoami.ts";

const VERBS = ["list", "add", "update", "remove"];
const ROLES = {
  viewer: Role.ROLE_VIEWER,
  editor: Role.ROLE_EDITOR,
  owner: Role.ROLE_OWNER,
} as const;

export const memberCommand: Command = {
  name: "member",
  summary: "list, add, change and remove the members of an application",
  usage: [
    "list [--json]",
    "add EMAIL [--role viewer|editor|owner]",
    "update EMAIL --role viewer|editor|owner",
    "remove EMAIL",
  ],
  examples: [
    "npx argus member add bob@example.com --role editor --app web",
    "npx argus member update bob@example.com --role owner",
  ],
  flags: { ...CONNECTION_FLAGS, role: { type: "string" }, json: { type: "boolean" } },
  help: {
    ...CONNECTION_HELP,
    role: "what they may do: viewer (default) reads, editor shares views and makes keys that write, owner all",
    json: "a JSON object a line",
  },
  async run(world, args) {
    const [verb = "list", email, ...more] = args.rest;
    if (!VERBS.includes(verb))
      throw new UsageError(`argus member has no ${JSON.stringify(verb)}: ${VERBS.join(", ")}`);
    if (verb === "list") noArguments("argus member list", args.rest.slice(1));
    else if (email === undefined) throw new UsageError(`argus member ${verb} takes an email`);
    if (more.length > 0)
      throw new UsageError(
        `argus member ${verb} takes one email: ${JSON.stringify(more[0])} is not understood`,
      );
    const given = args.text("role");
    if (verb === "update" && given === undefined)
      throw new UsageError("argus member update takes --role viewer, editor or owner");
    const role = roleNamed(given ?? "viewer");
    const connection = await connect(world, args);
    const { id, name } = await chosenApplication(connection, args);
    const service = connection.client.applications;
    if (verb === "list" || email === undefined) {
      const rows = (await allMembers(connection, id)).map((member) => ({
        email: member.email,
        name: member.name,
        role: roleName(member.role),
        added_at: member.addedAt === undefined ? "" : exactTime(nanosOfTimestamp(member.addedAt)),
        disabled: member.disabled ? "disabled" : "",
        id: member.userId,
      }));
      if (args.has("json")) for (const row of rows) world.out(`${JSON.stringify(row)}\n`);
      else
        world.out(
          table(
            ["email", "name", "role", "added", "", "id"],
            rows.map((row) => Object.values(row)),
          ),
        );
      return 0;
    }
    if (verb === "add") {
      const answer = await service.AddMember({ applicationId: id, email, role });
      if (answer.member !== undefined) {
        world.note(`${oneLine(email)} is a member of ${oneLine(name)}.\n`);
        return 0;
      }
      world.out(
        args.has("json")
          ? `${JSON.stringify({ invite_url: answer.inviteUrl, invite_code: answer.inviteCode })}\n`
          : `${answer.inviteUrl}\n`,
      );
      world.note(
        `${oneLine(email)} is no user yet: send them this link. It works for 7 days, once, and is shown this once.\n`,
      );
      return 0;
    }
    const member = await memberNamed(connection, id, email);
    if (verb === "update") {
      await service.UpdateMember({ applicationId: id, userId: member.userId, role });
      world.note(`${oneLine(email)} is ${roleName(role)} of ${oneLine(name)}.\n`);
      return 0;
    }
    await service.RemoveMember({ applicationId: id, userId: member.userId });
    world.note(`${oneLine(email)} is no member of ${oneLine(name)} any more.\n`);
    return 0;
  },
};

async function allMembers({ client }: Connection, applicationId: string): Promise<Member[]> {
  const all: Member[] = [];
  let pageToken = "";
  do {
    const answer = await client.applications.ListMembers({
      applicationId,
      pageSize: 1000,
      pageToken,
    });
    all.push(...answer.members);
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  return all;
}

async function memberNamed(
  connection: Connection,
  applicationId: string,
  named: string,
): Promise<Member> {
  const all = await allMembers(connection, applicationId);
  const found = all.find(({ email, userId }) => email === named.toLowerCase() || userId === named);
  if (found !== undefined) return found;
  throw new CommandError(
    `${oneLine(named)} is no member.`,
    "See who is with: npx argus member list",
  );
}

function roleNamed(text: string): Role {
  if (text === "viewer" || text === "editor" || text === "owner") return ROLES[text];
  throw new UsageError(`--role takes viewer, editor or owner, not ${JSON.stringify(text)}`);
}
